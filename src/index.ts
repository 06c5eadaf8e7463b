export * as z from 'zod';
export type { DataShape } from './base/dataShape.ts';
export { GansmithError, ShapeError, UsageError } from './base/errors.ts';
export { imageGrid } from './base/grid.ts';
export { encodePng, type Picture, readPngText } from './base/png.ts';
export { buildGan } from './gan/build.ts';
export { describeSettings, resolveConfig } from './gan/config.ts';
export { ADA_GROUPS, type AdaGroup, augmented } from './gan/controls/ada/pipeline.ts';
export { classLoss } from './gan/controls/auxiliary.ts';
export { AUGMENTATIONS, type Augmentation, diffAugment } from './gan/controls/diffAugment.ts';
export { featureMatchingLoss } from './gan/controls/featureMatching.ts';
export {
  around,
  between,
  type GradientPenaltyOptions,
  gradientPenalty,
  slopePenalty,
  squaredGradientNorm,
  zeroCentredPenalty,
} from './gan/controls/gradientPenalties.ts';
export {
  criticAccuracy,
  criticLoss,
  generatorLoss,
  type LabelNoise,
  OBJECTIVES,
  type Objective,
  type ObjectiveOptions,
} from './gan/controls/objectives.ts';
export { orthogonalPenalty } from './gan/controls/orthogonal.ts';
export { pack } from './gan/controls/packing.ts';
export { pathLengthPenalty, pathLengths } from './gan/controls/pathLength.ts';
export { type UnrollOptions, unrolled } from './gan/controls/unroll.ts';
export {
  type AnyGan,
  type Average,
  type Control,
  defineGan,
  type Gan,
  type Phase,
  type Stage,
  type Styles,
} from './gan/defineGan.ts';
export { type GiveResult, joined } from './gan/joined.ts';
export { buildSampler } from './gan/sampler.ts';
export { buildStyles, STYLE_TRUNCATION, type StylePrograms } from './gan/styles.ts';
export { control, scheduled } from './gan/symbolic.ts';
export {
  type Casting,
  type ToolboxConfig,
  toolbox,
  toolboxCritic,
  toolboxGenerator,
  toolboxInputs,
  toolboxSettings,
} from './gan/toolbox/index.ts';
export type { BoundNetwork } from './gan/trace.ts';
export * from './graph/index.ts';
export * from './nn/index.ts';
export { readModelMetadata } from './onnx/metadata.ts';
export * from './optim/index.ts';
export { interpreterExecutor } from './runtime/interpreter.ts';
export { type Checkpoint, type CheckpointInfo, decodeCheckpoint } from './train/checkpoint.ts';
export type {
  CheckpointEvent,
  EndEvent,
  FindingEvent,
  SamplesEvent,
  StartEvent,
  StepEvent,
  TrainEvent,
} from './train/events.ts';
export { type ExportedGenerator, exportCritic, exportGenerator } from './train/exporting.ts';
export { exportStyles, type StylePart } from './train/exportingStyles.ts';
export { drawLatents } from './train/feeds.ts';
export { type TrainOptions, train } from './train/loop.ts';
export { compileProbes, type Probes } from './train/probing.ts';
export { compileSampler } from './train/sampling.ts';
export { momentOf, planStages, type StagePlan } from './train/stages.ts';
