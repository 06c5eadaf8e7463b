// What it takes to test an operation of one's own the way gansmith tests its own.
export { checkDerivatives, type DerivativeErrors } from './graph/checkDerivatives.ts';
export { given, rand } from './graph/ops/sample.ts';
