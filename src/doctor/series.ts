import { type Signal, type Signals, signalsOf } from './signals.ts';

/** Means over a few steps. */
export interface Bucket extends Signals {
  /** First and last step. */
  from: number;
  to: number;
}

/** Steps in a bucket, and buckets remembered: the last 2,000 steps. */
export const WIDTH = 10;
const KEPT = 200;

/** The course of a run's scalars in a bounded memory. */
export interface Series {
  /** Whole buckets, oldest first. */
  buckets: readonly Bucket[];
  /** Largest mean of each signal in a bucket of the whole run. */
  peaks: Readonly<Signals>;
  /** Takes a step's scalars. Returns true when that filled a bucket. */
  add(step: number, metrics: Readonly<Record<string, number>>): boolean;
}

export function createSeries(): Series {
  const buckets: Bucket[] = [];
  const peaks: Signals = {};
  let filling = emptyBucket();
  return {
    buckets,
    peaks,
    add(step, metrics) {
      for (const [name, value] of Object.entries(signalsOf(metrics)) as [Signal, number][]) {
        const sum = filling.sums.get(name) ?? { total: 0, count: 0 };
        filling.sums.set(name, { total: sum.total + value, count: sum.count + 1 });
      }
      filling.from ??= step;
      if (step % WIDTH !== 0) return false;
      const means: Signals = {};
      for (const [name, { total, count }] of filling.sums) {
        means[name] = total / count;
        peaks[name] = Math.max(peaks[name] ?? -Infinity, total / count);
      }
      buckets.push({ from: filling.from, to: step, ...means });
      if (buckets.length > KEPT) buckets.shift();
      filling = emptyBucket();
      return true;
    },
  };
}

const emptyBucket = (): {
  from: number | undefined;
  sums: Map<Signal, { total: number; count: number }>;
} => ({ from: undefined, sums: new Map() });

/** The last buckets that cover so many steps; undefined when there are not that many yet. */
export function lastSteps({ buckets }: Series, steps: number): Bucket[] | undefined {
  const count = Math.ceil(steps / WIDTH);
  return buckets.length < count ? undefined : buckets.slice(-count);
}

/** Values of a signal, of the buckets that have it. */
export const valuesOf = (buckets: readonly Bucket[], signal: Signal): number[] =>
  buckets.map((bucket) => bucket[signal]).filter((value) => value !== undefined);
