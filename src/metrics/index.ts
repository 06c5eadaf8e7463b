// What generative models are judged by: pure functions over features, samples or images.
export { type BootstrapOptions, bootstrapInterval, bootstrapMean, type Interval } from './bootstrap.ts';
export { type ClassificationAccuracy, classificationAccuracy } from './classificationAccuracy.ts';
export { type DensityCoverage, densityCoverage } from './densityCoverage.ts';
export { compareBins, type DifferentBins, differentBins } from './differentBins.ts';
export { type EquivarianceStream, equivarianceStream } from './equivariance.ts';
export { checkFeatures, checkPair, type Features, takeRows } from './features.ts';
export { frechetDistance, frechetDistanceDiagonal, frechetDistanceOfFeatures } from './frechetDistance.ts';
export { type Extrapolation, extrapolateToInfinity, frechetInfinity } from './frechetInfinity.ts';
export type { Images } from './images.ts';
export { type InceptionScore, inceptionScore, softmax } from './inceptionScore.ts';
export { lerp, slerp } from './interpolation.ts';
export { type IntraClassFrechet, intraClassFrechet } from './intraClassFrechet.ts';
export {
  type KernelDistance,
  type KernelDistanceOptions,
  kernelDistance,
  polynomialDiscrepancy,
} from './kernelDistance.ts';
export { type KMeans, type KMeansOptions, kMeans } from './kMeans.ts';
export { countLabels, histogramModes, type LabelModes, labelModes, reverseKlFloor } from './labelModes.ts';
export { laplacianPyramid } from './laplacianPyramid.ts';
export {
  type MaximumMeanDiscrepancy,
  maximumMeanDiscrepancy,
  medianBandwidth,
} from './maximumMeanDiscrepancy.ts';
export { type Memorisation, memorisation } from './memorisation.ts';
export {
  type GaussianMode,
  HIGH_QUALITY_DEVIATIONS,
  type ModeScore,
  modeScore,
  nearestMode,
} from './modes.ts';
export { type Moments, type MomentsStream, momentsOf, momentsStream } from './moments.ts';
export {
  multiScaleSimilarity,
  type SimilarityDiversity,
  type SimilarityOptions,
  similarityDiversity,
} from './multiScaleSimilarity.ts';
export { nearestNeighbours } from './nearest.ts';
export { type ParzenLogLikelihood, parzenLogDensities, parzenLogLikelihood } from './parzenWindow.ts';
export { perceptualPathLength, trimmedMean } from './perceptualPathLength.ts';
export { type PrecisionRecall, precisionRecall } from './precisionRecall.ts';
export {
  patchDescriptors,
  type SlicedWassersteinOfImages,
  type SlicedWassersteinOptions,
  slicedWasserstein,
  slicedWassersteinOfImages,
} from './slicedWasserstein.ts';
export { type DistanceTile, forEachSquaredDistance } from './squaredDistances.ts';
export { symmetricEigenvalues } from './symmetricEigenvalues.ts';
