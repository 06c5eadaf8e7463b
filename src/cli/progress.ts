import type { WriteStream } from 'node:tty';
import type { StartEvent, StepEvent } from '../train/events.ts';
import { formatCount, formatDuration, formatValue } from './format.ts';

/** Milliseconds between updates of a live line, and between plain lines. */
const LIVE_EVERY = 100;
const PLAIN_EVERY = 5000;
/** Milliseconds over which the rate is measured. */
const RATE_OVER = 5000;

/** Shows how far a run is: one live line on a terminal, else a plain line every few seconds. */
export interface Progress {
  start(event: StartEvent): void;
  step(event: StepEvent): void;
  /** Work before the first step, such as the conversion of images. */
  working(done: number, total: number, what: string): void;
  /** Prints a line of its own, above the live one. */
  print(line: string): void;
  /** Leaves the last state as a line of its own. */
  finish(): void;
}

/** True where a line can be drawn over: a terminal of somebody who did not ask for plain output. */
export const isLive = (stream: Partial<WriteStream>): boolean =>
  Boolean(stream.isTTY) && !process.env.CI && process.env.NO_COLOR === undefined;

export function createProgress(
  stream: Pick<WriteStream, 'write'> & Partial<WriteStream>,
  now: () => number = () => performance.now(),
): Progress {
  const live = isLive(stream);
  let shown = '';
  let drawn = -Infinity;
  let plan: { started: number; totalSteps?: number | undefined; seconds?: number | undefined } = {
    started: now(),
  };
  let window: Moment[] = [];
  let latest: string | undefined;
  let work: Work | undefined;

  const erase = () => {
    if (shown) stream.write('\r\x1b[2K');
    shown = '';
  };
  const show = (text: string) => {
    latest = text;
    if (now() - drawn < (live ? LIVE_EVERY : PLAIN_EVERY)) return;
    draw(text);
  };
  const draw = (text: string) => {
    drawn = now();
    latest = undefined;
    if (!live) {
      stream.write(`${text}\n`);
      return;
    }
    erase();
    shown = text.slice(0, (stream.columns || 80) - 1);
    stream.write(shown);
  };

  return {
    start(event) {
      erase();
      const { totalSteps, minutes } = event;
      plan = { started: now(), totalSteps, seconds: minutes === undefined ? undefined : minutes * 60 };
      window = [];
      drawn = -Infinity;
    },
    step(event) {
      const at = now();
      const { step, images, seconds } = event;
      if (window.length === 0)
        window.push({ at: at - 1000 * seconds, step: step - 1, images: images * (1 - 1 / step) });
      window.push({ at, step, images });
      while (window.length > 2 && at - window[1]!.at > RATE_OVER) window.shift();
      show(progressLine(event, window[0]!, at, plan));
    },
    working(done, total, what) {
      if (work?.what !== what || done < work.from) work = { what, from: done, at: now() };
      const text = `${what}: ${formatCount(done)} of ${formatCount(total)}${pace(work, done, total, now())}`;
      if (done === total) draw(text);
      else show(text);
    },
    print(line) {
      const before = shown;
      erase();
      stream.write(`${line}\n`);
      if (before) stream.write(before);
      shown = before;
    },
    finish() {
      if (latest !== undefined) draw(latest);
      if (shown) stream.write('\n');
      shown = '';
    },
  };
}

/** Where some work was when it was first heard of. */
interface Work {
  what: string;
  from: number;
  at: number;
}

/** Rate and time left, once they can be told. */
function pace({ from, at }: Work, done: number, total: number, now: number): string {
  const seconds = (now - at) / 1000;
  if (seconds < 0.5 || done === from || done === total) return '';
  const rate = (done - from) / seconds;
  return `  ${formatRate(rate)}/s  ${formatDuration((total - done) / rate)} left`;
}

/** How far the run was at some time in milliseconds. */
interface Moment {
  at: number;
  step: number;
  images: number;
}

/** Such as `step 412/1500  24.1 it/s  1,540 img/s  0:45 left  critic 0.93  generator 1.41`. */
export function progressLine(
  { step, images, metrics }: StepEvent,
  since: Moment,
  at: number,
  {
    started,
    totalSteps,
    seconds,
  }: { started: number; totalSteps?: number | undefined; seconds?: number | undefined },
): string {
  const elapsed = Math.max(1e-3, (at - since.at) / 1000);
  const rate = (step - since.step) / elapsed;
  const left = Math.min(
    totalSteps === undefined ? Infinity : (totalSteps - step) / rate,
    seconds === undefined ? Infinity : Math.max(0, seconds - (at - started) / 1000),
  );
  const losses = Object.entries(metrics)
    .filter(([name]) => name.endsWith('/loss'))
    .map(([name, value]) => `${name.slice(0, -'/loss'.length)} ${formatValue(value)}`);
  return [
    `step ${step}${totalSteps === undefined ? '' : `/${totalSteps}`}`,
    `${formatRate(rate)} it/s`,
    `${formatCount((images - since.images) / elapsed)} img/s`,
    ...(Number.isFinite(left) ? [`${formatDuration(left)} left`] : []),
    ...losses,
  ].join('  ');
}

const formatRate = (rate: number): string => (rate >= 100 ? rate.toFixed(0) : rate.toFixed(1));
