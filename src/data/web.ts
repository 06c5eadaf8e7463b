/* What works without a file system: bytes and points, in a browser as in Node. */
export * from './batching.ts';
export {
  type Annotation,
  type Batch,
  type DataShape,
  type Dataset,
  type PointContent,
  pointDataset,
} from './dataset.ts';
export { type IdxImages, parseIdxImages, parseIdxLabels } from './idx.ts';
export { type IdxOptions, openIdx } from './openIdx.ts';
export { type Mode, modes, openPoints, POINT_COUNT, type PointSet, pointSets } from './points.ts';
export { STACKED_COUNTS, type StackOptions, stackedDigits, stackedLabels } from './stacked.ts';
