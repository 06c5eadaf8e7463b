import { gridProtocol } from './grid.ts';
import type { Protocol } from './protocol.ts';
import { ringProtocol } from './ring.ts';
import { swissRollProtocol } from './swissRoll.ts';
import { twoGaussiansProtocol } from './twoGaussians.ts';

export type { Estimate, Measure, Protocol, PublishedRow, Scores, System } from './protocol.ts';
export { estimate, formatEstimate, formatPublished, summarize } from './summary.ts';
export { runTrial, type Trial, type TrialOptions, trialConfig } from './trial.ts';

/** Every protocol, in the order they are run. A new one is one more file and one more line. */
export const protocols: readonly Protocol[] = [
  ringProtocol,
  gridProtocol,
  swissRollProtocol,
  twoGaussiansProtocol,
];
