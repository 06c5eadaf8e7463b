import type { Score } from '../evaluate/evaluate.ts';

/** A score as it is printed by --json and kept in a run: with whose it is, and of which step. */
export interface ScoreLine extends Score {
  /** What was scored, as the user named it. */
  of: string;
  /** The iteration of the checkpoint. */
  step?: number;
  /** The real data. */
  against: string;
  seed: number;
}
