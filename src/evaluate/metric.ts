import type { FeatureExtractor } from '../features/extractor.ts';
import type { Interval } from '../metrics/index.ts';
import type { Executor } from '../runtime/executor.ts';
import type { PathSampler } from './paths.ts';
import type { Hooks } from './sampleSet.ts';
import type { Side } from './side.ts';

/**
 * What a metric looks at. `features` and `logits`: what an extractor makes of both sets; `moments`: also mean and covariance of the real
 * features. `images`: pixels of both. `labels`: the class of
 * each image of both. `held-out`: real examples that were not trained on. `generator`: images along paths between latents. `executor`:
 * something to train a network of its own with.
 */
export type Need =
  | 'features'
  | 'logits'
  | 'moments'
  | 'images'
  | 'labels'
  | 'held-out'
  | 'generator'
  | 'executor';

/** One number. Metrics that tell two things apart give two. */
export interface Measured {
  /** Its short name; that of the metric where it gives one number. */
  metric: string;
  value: number;
  /** Where the value would lie with other samples of the same generator, 95 %. */
  interval?: Interval | undefined;
  better: 'lower' | 'higher' | 'nearer to one half';
  /** What real data are given in the place of generated ones, where that is not plain. */
  real?: number;
  /** Where it is not the metric's. */
  protocol?: string;
}

/** What `compute` may use; only what the metric says it needs is there. */
export interface MetricContext {
  real: Side;
  generated: Side;
  heldOut: Side | undefined;
  extractor: FeatureExtractor | undefined;
  generator: PathSampler | undefined;
  executor: Executor | undefined;
  /** Threads of the runtime; undefined: as the executor chooses. */
  threads: number | undefined;
  /** Samples taken of each set where a metric wants as many of both. */
  pairs: number;
  seed: number;
  hooks: Hooks;
}

export interface Metric {
  /** As the user writes it. */
  name: string;
  title: string;
  needs: readonly Need[];
  /** The fewest samples of each set. */
  least: number;
  /** What the number depends on besides samples and features, for whoever compares: settings, and where the interval comes from. */
  protocol: string;
  compute(context: MetricContext): Measured[] | Promise<Measured[]>;
}
