import type { States } from '../runtime/executor.ts';
import type { CompiledSampler } from './sampling.ts';

/** A score of the generator, with what it means something with; see src/evaluate. */
export interface TrainingScore {
  metric: string;
  value: number;
  /** 95 %; null where the metric allows none. */
  interval: readonly [low: number, high: number] | null;
  better: string;
  /** Name and hash of the features. */
  features: string | null;
  hash: string | null;
  samples: number;
  protocol: string;
}

/** Scores a generator while it trains. It must change nothing of the run: states are read only. */
export interface Evaluation {
  /** Iterations from one score to the next. */
  every: number;
  score(at: {
    step: number;
    sampler: CompiledSampler;
    states: States;
  }): Promise<{ scores: readonly TrainingScore[]; best: boolean }>;
}
