export { type AdamOptions, adam, adamW, lazy } from './adam.ts';
export { type AverageRateOptions, averageRate, decayRate, halfLifeOf, movingAverage } from './average.ts';
export { chain, withTransforms } from './chain.ts';
export { clipByGlobalNorm, clipByValue, clipWeights } from './clip.ts';
export type {
  Named,
  Optimizer,
  Progress,
  Schedule,
  Slots,
  Transform,
} from './optimizer.ts';
export { type RmspropOptions, rmsprop } from './rmsprop.ts';
export {
  type Clock,
  type Course,
  constant,
  cosine,
  linear,
  piecewise,
  type Span,
  stepDecay,
  valueAt,
  warmUp,
} from './schedules.ts';
export { heavyBall, type SgdOptions, sgd } from './sgd.ts';
export { weightDecay } from './weightDecay.ts';
