import { UsageError } from '../base/errors.ts';
import type { RandomStream } from '../base/random.ts';
import type { Shape } from '../graph/shape.ts';

/** How random numbers are spread. Numbers are drawn on the host, so a run can be repeated bit for bit. */
export type Distribution =
  | { kind: 'normal'; mean: number; std: number }
  | { kind: 'truncatedNormal'; mean: number; std: number; low: number; high: number }
  | { kind: 'uniform'; low: number; high: number }
  /** 1 with the given probability, else 0. */
  | { kind: 'bernoulli'; probability: number };

/** A random input of a step: drawn anew for every run of a phase, one row per example. */
export interface RandomInput {
  /** Shape of one example; the batch axis comes in front. */
  shape: Shape;
  distribution: Distribution;
}

/** Gaussian noise. */
export const normal = (shape: Shape, { mean = 0, std = 1 } = {}): RandomInput => ({
  shape,
  distribution: { kind: 'normal', mean, std },
});

/** Uniform noise in [low, high). */
export const uniform = (shape: Shape, { low = 0, high = 1 } = {}): RandomInput => ({
  shape,
  distribution: { kind: 'uniform', low, high },
});

/** Fills an array from a stream. */
export function draw<T extends Float32Array | Float64Array>(
  stream: RandomStream,
  distribution: Distribution,
  out: T,
): T {
  switch (distribution.kind) {
    case 'normal':
      return stream.fillNormal(out, distribution.mean, distribution.std);
    case 'truncatedNormal': {
      const { mean, std, low, high } = distribution;
      return stream.fillTruncatedNormal(out, mean, std, low, high);
    }
    case 'uniform':
      return stream.fillUniform(out, distribution.low, distribution.high);
    case 'bernoulli':
      return stream.fillBernoulli(out, distribution.probability);
    default:
      throw new UsageError(`unknown distribution '${(distribution as Distribution).kind}'`);
  }
}
