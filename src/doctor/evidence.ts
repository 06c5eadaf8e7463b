import type { SampleEvidence } from '../train/findings.ts';
import type { HeldOutScores } from './heldOut.ts';
import type { Novelty } from './novelty.ts';
import type { Series } from './series.ts';

/** What a look at a trained model adds to the stream. */
export interface Thorough {
  step: number;
  samples: SampleEvidence;
  novelty?: Novelty;
  heldOut?: HeldOutScores;
}

/** Everything a verdict may rest on: a bounded memory of a run. */
export interface Evidence {
  /** Steps done. */
  step: number;
  config: Readonly<Record<string, unknown>>;
  /** Names of the classes or clusters that `shares` count. */
  clusters: readonly string[];
  series: Series;
  /** What the last samples looked like, oldest first. */
  samples: readonly (SampleEvidence & { step: number })[];
  thorough?: Thorough;
  /** The stage the run is in, of a run in several. The series and samples are of this stage alone. */
  stage?: { stage: number; stages: number };
  /** Why samples, or the trained model, are not looked at, where something stands in the way. */
  unseen?: string;
  nonFinite?: { step: number; message: string };
}
