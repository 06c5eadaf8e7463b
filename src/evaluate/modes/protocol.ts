import type { Dataset } from '../../data/dataset.ts';
import type { AnyGan } from '../../gan/defineGan.ts';
import type { Samples } from '../../train/sampling.ts';

/** What samples score, by measure; null where a measure says nothing, such as the divergence of an empty histogram. */
export type Scores = Readonly<Record<string, number | null>>;

/** One of the numbers a protocol gives. */
export interface Measure {
  /** Its key in scores and in the lines of results. */
  key: string;
  title: string;
  /** How it is shown: as it is with so many decimals, or as a percentage with so many. */
  show: { as: 'number' | 'percent'; decimals: number };
}

/** A mean with its standard error, where that is known. */
export interface Estimate {
  mean: number;
  error?: number;
}

/** A row of somebody's table. */
export interface PublishedRow {
  system: string;
  /** Table and publication. */
  source: string;
  /** How it was trained and scored, and how often. */
  recipe: string;
  values: Readonly<Record<string, Estimate>>;
}

/** A GAN and settings that a protocol compares. */
export interface System {
  name: string;
  title: string;
  gan: AnyGan;
  /** Iterations of a trial. */
  steps: number;
  /** Settings that differ from the GAN's own, a preset among them, for a run of so many iterations. */
  settings(steps: number): Readonly<Record<string, unknown>>;
}

/** A benchmark: data, a number of samples, how they are scored, and what others have scored. */
export interface Protocol {
  name: string;
  title: string;
  /** What GANs are trained on. */
  open(): Dataset | Promise<Dataset>;
  /** Samples of a trial. */
  samples: number;
  measures: readonly Measure[];
  /** Scores of generated or of real samples. */
  score(samples: Samples): Scores | Promise<Scores>;
  /** So many fresh real samples, to be scored as the generated ones are. */
  real(seed: number): Samples | Promise<Samples>;
  /** Draws of real samples whose scores are averaged. */
  realDraws: number;
  /** The expected score of a perfect sampler, for measures where it is known. */
  floor: Scores;
  published: readonly PublishedRow[];
  /** What is compared by default, worst first. */
  systems: readonly System[];
  /** The recipes of published tables, by the name of the paper's system: run in full when asked for. */
  recipes: Readonly<Record<string, readonly System[]>>;
}
