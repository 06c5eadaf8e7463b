/** What can be wrong with a run; docs/doctor.md says how each is recognised. */
export const SICKNESSES = [
  'critic-too-strong',
  'generator-stuck',
  'oscillation',
  'full-collapse',
  'partial-collapse',
  'mode-hopping',
  'memorisation',
  'checkerboard',
  'dead-balance',
  'non-finite',
  'overfitting-critic',
] as const;

export type Sickness = (typeof SICKNESSES)[number];

/** How sure the doctor is, the surest last. */
export const CONFIDENCES = ['medium', 'high'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** Settings that help, as they are written behind `gansmith train`, and why they do. */
export interface Remedy {
  settings: string;
  why: string;
}

/** The names and values in the settings of a remedy. */
export const remedyPairs = (settings: string): [name: string, value: string][] =>
  settings.split(' ').map((setting) => setting.split('=') as [string, string]);

/** One thing that is wrong with a run. */
export interface Finding {
  sickness: Sickness;
  confidence: Confidence;
  /** The steps it was seen in. */
  from: number;
  to: number;
  /** What is wrong, in a sentence. */
  words: string;
  /** The numbers that say so, by name. */
  evidence: Record<string, number>;
  remedies: readonly Remedy[];
}

/** What the samples of one step look like beside real data. */
export interface SampleEvidence {
  /** Samples looked at. */
  count: number;
  /** Mean distance between two samples, over that between two real examples. */
  spread: number;
  /** Median distance to the nearest real example, over that mean: of samples, and of the real examples themselves. */
  distance: number;
  realDistance: number;
  /** Share of samples in each class or cluster, and share of real examples in it. */
  shares: readonly number[];
  realShares: readonly number[];
  /** The first samples, each projected on a direction of its own, over the real spread: differences measure movement. */
  sketch: readonly number[];
  /** Of images: how far the spectrum sticks out at the strides of upsampling, over how far that of real images does. */
  checkerboard?: number;
}
