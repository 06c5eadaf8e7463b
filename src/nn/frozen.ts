import { stopGradient } from '../graph/index.ts';
import type { Scope } from './scope.ts';

/** The same place, whose parameters are constants to the gradient: what is made there is used and not trained. */
export const frozen = (scope: Scope): Scope => ({
  ...scope,
  in: (name, body) => scope.in(name, (inner) => body(frozen(inner))),
  param: (name, shape, init) => stopGradient(scope.param(name, shape, init)),
});
