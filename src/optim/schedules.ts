import { UsageError } from '../base/errors.ts';
import type { Progress, Schedule } from './optimizer.ts';

/** What a schedule counts: steps taken, images seen, or the share of the planned run, from 0 to 1. */
export type Clock = 'steps' | 'images' | 'run';

/** The part of a run in which a schedule moves; before and after it rests. */
export type Span =
  | { clock?: 'run'; start?: number; end?: number }
  | { clock: 'steps' | 'images'; start?: number; end: number };

/** A schedule that moves between two values, `to` being 0 by default. */
export type Course = Span & { from: number; to?: number };

/** The number a schedule gives at a point of a run. */
export const valueAt = (schedule: Schedule, progress: Progress): number =>
  typeof schedule === 'number' ? schedule : schedule(progress);

/** The same number always. */
export const constant =
  (value: number): Schedule =>
  () =>
    value;

/** A straight line: `linear({ from: 2e-4, clock: 'run', start: 0.5 })` falls to 0 over the second half of the run. */
export function linear({ from, to = 0, ...span }: Course): Schedule {
  const share = shareOf('linear', span);
  return (progress) => from + (to - from) * share(progress);
}

/** Half a cosine wave (Loshchilov and Hutter 2017, arXiv:1608.03983). */
export function cosine({ from, to = 0, ...span }: Course): Schedule {
  const share = shareOf('cosine', span);
  return (progress) => to + ((from - to) * (1 + Math.cos(Math.PI * share(progress)))) / 2;
}

/** A schedule times a factor that rises in a straight line from `from` (default 0) to 1. */
export function warmUp(schedule: Schedule, { from = 0, ...span }: Span & { from?: number }): Schedule {
  const share = shareOf('warmUp', span);
  return (progress) => valueAt(schedule, progress) * (from + (1 - from) * share(progress));
}

/** `from`, multiplied by `factor` each time the clock has passed `every`. */
export function stepDecay({
  from,
  factor,
  every,
  clock = 'run',
}: {
  from: number;
  factor: number;
  every: number;
  clock?: Clock;
}): Schedule {
  if (!(every > 0)) throw new UsageError(`stepDecay: every must be above 0, not ${every}`);
  return (progress) => from * factor ** Math.floor(read('stepDecay', clock, progress) / every);
}

/**
 * Schedules in turn, each from its own start on: `piecewise([[0, 2e-4], [10_000, 1e-4]], 'steps')`. All read the clock
 * of the whole run.
 *
 * @throws UsageError unless the first starts at 0 and each later one after the one before.
 */
export function piecewise(
  parts: readonly (readonly [start: number, use: Schedule])[],
  clock: Clock,
): Schedule {
  const starts = parts.map(([start]) => start);
  if (starts[0] !== 0 || starts.some((start, i) => i > 0 && !(start > starts[i - 1]!))) {
    throw new UsageError(
      `piecewise: expects starts that begin at 0 and rise, not ${starts.length > 0 ? starts.join(', ') : 'none'}`,
    );
  }
  return (progress) => {
    const now = read('piecewise', clock, progress);
    return valueAt(parts.findLast(([start]) => start <= now)![1], progress);
  };
}

/** How much of a span has passed, from 0 to 1. */
function shareOf(where: string, { clock = 'run', start = 0, end = 1 }: Span): (progress: Progress) => number {
  if (!(start >= 0 && end > start)) {
    throw new UsageError(`${where}: expects a start of at least 0 and a later end, not ${start} and ${end}`);
  }
  return (progress) => {
    const passed = (read(where, clock, progress) - start) / (end - start);
    return Math.min(Math.max(passed, 0), 1);
  };
}

function read(where: string, clock: Clock, { step, images, totalSteps }: Progress): number {
  if (clock === 'steps') return step;
  if (clock === 'images') return images;
  if (totalSteps === undefined) {
    throw new UsageError(
      `${where}: the clock 'run' needs a run of planned length; give the run a number of steps, ` +
        "or the schedule the clock 'steps' or 'images'",
    );
  }
  return Math.min(step / totalSteps, 1);
}
