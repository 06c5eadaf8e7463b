export { type Activation, activate } from './activation.ts';
export { type BatchNormOptions, batchNorm } from './batchNorm.ts';
export {
  type BlockOptions,
  downBlock,
  type ResidualBlockOptions,
  residualBlock,
  type UpBlockOptions,
  upBlock,
} from './blocks.ts';
export { type BottleneckOptions, downBottleneck, upBottleneck } from './bottleneck.ts';
export {
  type ConditionalBatchNormOptions,
  conditionalBatchNorm,
  projectedBatchNorm,
} from './conditionalBatchNorm.ts';
export {
  type ConvLayerOptions,
  type ConvTransposeLayerOptions,
  conv2d,
  convTranspose2d,
  type PerAxis,
} from './conv.ts';
export type { CriticParts } from './critic.ts';
export { type DenseOptions, dense } from './dense.ts';
export { type Distribution, normal, type RandomInput, uniform } from './distribution.ts';
export { type DropoutOptions, dropout } from './dropout.ts';
export { type EmbeddingOptions, embedding } from './embedding.ts';
export {
  type EqualizedConvOptions,
  type EqualizedDenseOptions,
  type EqualizedOptions,
  equalizedConv2d,
  equalizedDense,
} from './equalized.ts';
export { blur2d, convDown, convUp, downsample2d, upsample2d } from './fir.ts';
export { type GroupNormOptions, groupNorm } from './groupNorm.ts';
// A namespace, since `normal` and `uniform` by themselves are random inputs: `initial.normal(0.02)`.
export * as initial from './initializers.ts';
export { type InstanceNormOptions, instanceNorm } from './instanceNorm.ts';
export { type LayerNormOptions, layerNorm } from './layerNorm.ts';
export {
  forLayers,
  type MappingOptions,
  mappingNetwork,
  mixStyles,
  runningMean,
  type TruncationOptions,
  truncate,
} from './mapping.ts';
export {
  type MinibatchDiscriminationOptions,
  type MinibatchStdOptions,
  minibatchDiscrimination,
  minibatchStd,
} from './minibatch.ts';
export { type ModulatedConvOptions, modulatedConv2d } from './modulated.ts';
export { type Norm, type NormFunction, normalise } from './norms.ts';
export type { AffineOptions, WeightOptions } from './parameters.ts';
export { pixelNorm } from './pixelNorm.ts';
export type { Initializer, NetworkFunction, Scope } from './scope.ts';
export { selfAttention } from './selfAttention.ts';
export { type SpectralNormOptions, spectralNorm } from './spectralNorm.ts';
export {
  type Stylegan2Options,
  stylegan2Critic,
  stylegan2Generator,
  styleLayers,
  styleSides,
} from './stylegan2.ts';
