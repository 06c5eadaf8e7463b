/* What works without a file system: a page fetches the files of classifiers itself, from `shippedClassifiers`. */
export { accuracyOn, imagesOf } from './accuracy.ts';
export { type ClassifierInfo, readClassifier } from './classifierFile.ts';
export { classifierExtractor, type ShippedClassifier, shippedClassifiers } from './classifiers.ts';
export {
  type ExtractorInput,
  type FeatureExtractor,
  type Features,
  type Images,
  likeliest,
  probabilities,
} from './extractor.ts';
export { compileExtractor, type ExtractorOptions, type FeatureNetwork } from './network.ts';
export { type StackedScore, scoreStacked, stackedClasses } from './stacked.ts';
