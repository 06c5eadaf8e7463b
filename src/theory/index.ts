// The adversarial game in closed form: what a learner can check by hand, and what the tests of training can be held
// against.
export {
  type BilinearAnalysis,
  type BilinearMethod,
  type BilinearOptions,
  bilinearGame,
  bilinearSpectralRadius,
  bilinearTrajectory,
} from './bilinear.ts';
export {
  type DiracControl,
  type DiracGan,
  type DiracOptions,
  diracControls,
  diracEigenvalues,
  diracGan,
} from './dirac.ts';
export {
  type DiracTraining,
  type DiracUpdate,
  diracTrajectory,
  diracUpdates,
  diracVerdict,
} from './diracTraining.ts';
export { type Distribution, discretize, type LinePoints, normalize } from './distribution.ts';
export {
  jensenShannonDivergence,
  klDivergence,
  pearsonDivergence,
  reverseKlDivergence,
  squaredHellinger,
  totalVariation,
} from './divergence.ts';
export { type Comparison, collapse, twoPointMasses } from './examples.ts';
export { fDivergence, type Generator, generators, variationalBound } from './fDivergence.ts';
export {
  criticSampleLoss,
  gameValue,
  nonSaturatingSampleLoss,
  optimalCritic,
  saturatingSampleLoss,
} from './game.ts';
export { type DiagonalGaussian, frechetDiagonal, frechetPlane, type PlaneGaussian } from './gaussian.ts';
export { kantorovichOnLine, type LinePotential, wasserstein1OnGrid, wassersteinOnLine } from './line.ts';
export {
  criticLoss,
  leastSquaresCriterion,
  type Objective,
  type ObjectiveName,
  objectives,
  optimalOutputs,
} from './objectives.ts';
export { type EntropicTransport, type SinkhornOptions, sinkhorn, sinkhornDivergence } from './sinkhorn.ts';
export { type Complex, eigenvalues, type Matrix, spectralRadius, type Verdict } from './spectrum.ts';
export {
  type Assignment,
  assignment,
  type CostMatrix,
  distances,
  type Transport,
  transport,
} from './transport.ts';
export type { Turn } from './turns.ts';
