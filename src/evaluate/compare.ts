import { UsageError } from '../base/errors.ts';
import type { Score } from './evaluate.ts';

/** Whether a score is better than another, as far as their intervals tell. */
export type Verdict = 'better' | 'worse' | 'cannot tell';

/**
 * The verdict on `score` beside `baseline`. The difference of the values has an interval of its own, made of theirs (Zou and Donner 2008,
 * "Construction of confidence limits about effect measures", the method of variance estimates recovery); when 0 lies outside, one is better.
 * A score without an interval cannot be told from another.
 *
 * @throws UsageError when they are of other metrics, features or protocols: such numbers do not compare.
 */
export function verdictOn(score: Score, baseline: Score): Verdict {
  checkComparable(score, baseline);
  if (!score.interval || !baseline.interval) return 'cannot tell';
  if (score.better !== 'nearer to one half') {
    const sign = score.better === 'lower' ? -1 : 1;
    return compareUp(oriented(score, sign), oriented(baseline, sign));
  }
  return compareUp(closeness(score), closeness(baseline));
}

interface Measure {
  value: number;
  low: number;
  high: number;
}

/** The score as a number that is better when larger. */
function oriented({ value, interval }: Score, sign: 1 | -1): Measure {
  const ends = interval!.map((end) => sign * end).sort((a, b) => a - b);
  return { value: sign * value, low: ends[0]!, high: ends[1]! };
}

/** Minus the distance from one half, over the values that the interval holds. */
function closeness({ value, interval }: Score): Measure {
  const [low, high] = interval!;
  const far = (x: number) => -Math.abs(x - 0.5);
  const holdsHalf = low <= 0.5 && high >= 0.5;
  return {
    value: far(value),
    low: Math.min(far(low), far(high)),
    high: holdsHalf ? 0 : Math.max(far(low), far(high)),
  };
}

function compareUp(a: Measure, b: Measure): Verdict {
  const difference = a.value - b.value;
  if (difference - Math.hypot(a.value - a.low, b.high - b.value) > 0) return 'better';
  if (difference + Math.hypot(a.high - a.value, b.value - b.low) < 0) return 'worse';
  return 'cannot tell';
}

function checkComparable(a: Score, b: Score): void {
  const refuse = (what: string, ofA: string | null, ofB: string | null) => {
    throw new UsageError(
      `${a.metric} of one is taken with ${what} '${ofA}', that of the other with '${ofB}'; such numbers do not compare: score both again with the same`,
    );
  };
  if (a.metric !== b.metric) refuse('metric', a.metric, b.metric);
  if (a.features !== b.features) refuse('features', a.features, b.features);
  if (a.hash !== b.hash) refuse('features of hash', a.hash, b.hash);
  if (a.protocol !== b.protocol) refuse('protocol', a.protocol, b.protocol);
}
