import { mean } from './distances.ts';
import { lastSteps, valuesOf, WIDTH } from './series.ts';
import type { Signal } from './signals.ts';
import { type Check, found, isLogistic, numberOf, typed, withR1 } from './verdict.ts';

/** Steps looked at, at most and at least. */
const LONGEST = 2000;
const SHORTEST = 600;
/** Autocorrelation at half a period must be below the negative, and at the whole above it. */
const REGULAR = 0.5;
/** Whole swings seen. */
const SWINGS = 3;

const SIGNALS: readonly Signal[] = ['scoreFake', 'scoreReal', 'generatorLoss', 'criticLoss'];

/**
 * The players run around each other: scores rise and fall in waves of one length that do not die down, as in the bilinear game under
 * simultaneous gradient steps (Mescheder et al. 2018, arXiv:1801.04406, section 2.2).
 */
export const oscillation: Check = {
  sickness: 'oscillation',
  title: 'oscillation',
  look(evidence) {
    const { series } = evidence;
    const buckets = lastSteps(series, Math.min(LONGEST, series.buckets.length * WIDTH)) ?? [];
    if (buckets.length * WIDTH < SHORTEST) return { unchecked: `it takes ${SHORTEST} steps to tell` };
    if (SIGNALS.every((signal) => valuesOf(buckets, signal).length === 0)) {
      return { unchecked: 'no phase reports a score or a loss of D or G' };
    }
    const waves = SIGNALS.map((signal) => ({ signal, ...waveOf(valuesOf(buckets, signal)) }));
    const strongest = waves.reduce((best, wave) => (wave.regularity > best.regularity ? wave : best));
    const { signal, period, regularity, growth, size } = strongest;
    if (regularity < REGULAR || growth < 0.7) return { healthy: 'no score or loss goes in waves' };
    const steps = period * WIDTH;
    const lr = numberOf(evidence, 'lr', 0);
    return found('oscillation', regularity > 0.7 ? 'high' : 'medium', evidence, {
      from: buckets[0]!.from,
      to: evidence.step,
      words: `The players run around each other: ${WORDS[signal]} swings by ${size.toPrecision(2)} with a period of about ${Math.round(steps)} steps, and the swings do not die down.`,
      evidence: { period: steps, regularity, growth, size },
      remedies: [
        { settings: withR1(evidence, 1), why: 'a gradient penalty at real data damps the game' },
        { settings: 'gradientPenalty=two-sided', why: 'a bounded slope of the critic bounds the swings' },
        ...(numberOf(evidence, 'b1', 0) > 0.5
          ? [{ settings: 'b1=0', why: 'momentum carries the players past each other' }]
          : []),
        { settings: `lr=${typed(lr / 4)}`, why: 'shorter steps overshoot less' },
        ...(isLogistic(evidence)
          ? [{ settings: 'instanceNoise=0.1', why: 'noise damps like a penalty' }]
          : []),
      ],
    });
  },
};

const WORDS: Partial<Record<Signal, string>> = {
  scoreFake: "the critic's mean score of samples",
  scoreReal: "the critic's mean score of real data",
  generatorLoss: "the generator's loss",
  criticLoss: "the critic's loss",
};

interface Wave {
  /** Buckets from crest to crest. */
  period: number;
  /** Autocorrelation at the period, or that at half of it with its sign turned, whichever is smaller. */
  regularity: number;
  /** Standard deviation in the second half over that in the first. */
  growth: number;
  /** From trough to crest. */
  size: number;
}

const CALM: Wave = { period: 0, regularity: 0, growth: 0, size: 0 };

/** The most regular wave in a signal. */
function waveOf(values: readonly number[]): Wave {
  const signal = detrended(values);
  const power = mean(signal.map((value) => value * value));
  if (signal.length < 2 * SWINGS || !(power > 1e-12)) return CALM;
  const correlation = (lag: number) => {
    let total = 0;
    for (let i = lag; i < signal.length; i++) total += signal[i]! * signal[i - lag]!;
    return total / ((signal.length - lag) * power);
  };
  let best = CALM;
  for (let period = 4; period <= signal.length / SWINGS; period++) {
    const regularity = Math.min(correlation(period), -correlation(Math.round(period / 2)));
    if (regularity > best.regularity) best = { ...best, period, regularity };
  }
  const half = signal.length >> 1;
  const deviation = (part: readonly number[]) => Math.sqrt(mean(part.map((value) => value * value)));
  return {
    ...best,
    growth: deviation(signal.slice(half)) / deviation(signal.slice(0, half)),
    size: 2 * Math.SQRT2 * Math.sqrt(power),
  };
}

/** What is left of a series without its straight line. */
function detrended(values: readonly number[]): number[] {
  const middle = (values.length - 1) / 2;
  const average = mean(values);
  let [products, squares] = [0, 1e-300];
  for (const [i, value] of values.entries()) {
    products += (i - middle) * (value - average);
    squares += (i - middle) ** 2;
  }
  return values.map((value, i) => value - average - (products / squares) * (i - middle));
}
