import type { LoggedEvent } from 'gansmith/studio';

/** The scores a run was given while it trained, by one metric, in order. */
export interface Scores {
  metric: string;
  /** `lower`, `higher`, or other words. */
  better: string;
  steps: number[];
  values: number[];
  /** Where each value would lie with other samples, 95 %; that value itself where the log does not say. */
  low: number[];
  high: number[];
}

/** The scores in a run's log, a list a metric. */
export function scoresOf(events: readonly LoggedEvent[]): Scores[] {
  const found = new Map<string, Scores>();
  for (const { type, metric, value, step, better, interval } of events) {
    if (type !== 'score' || typeof metric !== 'string' || typeof value !== 'number') continue;
    const scores = found.get(metric) ?? {
      ...{ metric, better: String(better ?? ''), steps: [], values: [], low: [], high: [] },
    };
    found.set(metric, scores);
    const [low, high] = (Array.isArray(interval) ? interval : [value, value]) as [number, number];
    scores.steps.push(Number(step ?? 0));
    scores.values.push(value);
    scores.low.push(low);
    scores.high.push(high);
  }
  return [...found.values()];
}

/** The best of some scores, and its step. */
export function bestOf({ values, steps, better }: Scores): { value: number; step: number } {
  const goodness = (value: number) =>
    better === 'higher' ? value : better === 'lower' ? -value : -Math.abs(value - 0.5);
  const best = values.reduce((best, value, i) => (goodness(value) > goodness(values[best]!) ? i : best), 0);
  return { value: values[best]!, step: steps[best]! };
}
