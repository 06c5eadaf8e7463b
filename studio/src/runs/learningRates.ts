import type { LoggedEvent } from 'gansmith/studio';
import { formatValue } from '../parts/format.ts';

export interface NetworkRate {
  name: string;
  /** As the settings say; undefined where a schedule moves it. */
  declared: number | undefined;
  /** What it is multiplied by now. */
  factor: number;
}

/** The learning rates of a run now, and when they were changed from outside, newest first. */
export function learningRatesOf(events: readonly LoggedEvent[]): {
  networks: NetworkRate[];
  changes: { step: number; words: string }[];
} {
  const start = events.find(({ type }) => type === 'start');
  const declared = (start?.learningRates ?? start?.parameters ?? {}) as Record<string, number | null>;
  const changed = events.filter(({ type }) => type === 'rate').reverse();
  const scaleOf = (event: LoggedEvent | undefined) => (event?.scale ?? {}) as Record<string, number>;
  const now = scaleOf(changed[0]);
  return {
    networks: Object.entries(declared).map(([name, rate]) => ({
      name,
      // A run from before learning rates were told says how many parameters a network has instead.
      declared: start?.learningRates === undefined ? undefined : (rate ?? undefined),
      factor: now[name] ?? 1,
    })),
    changes: changed.map((event) => ({
      step: event.step ?? 0,
      words:
        Object.entries(scaleOf(event))
          .map(([name, factor]) => `${name} times ${formatValue(factor)}`)
          .join(', ') || 'as declared',
    })),
  };
}
