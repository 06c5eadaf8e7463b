import { forEach } from './chain.ts';
import { expectRange } from './check.ts';
import type { Transform } from './optimizer.ts';

/** Adds `rate` times the parameters: before a rule, an L2 penalty; after it, decoupled decay. */
export function weightDecay(rate: number): Transform {
  expectRange('weightDecay', 'rate', rate, 0);
  return forEach((update, param) => update.add(param.mul(rate)));
}
