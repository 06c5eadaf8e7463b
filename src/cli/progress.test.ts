import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { StartEvent, StepEvent } from '../train/events.ts';
import { formatCount, formatDuration, formatTable, formatValue, shellWord } from './format.ts';
import { createProgress } from './progress.ts';

beforeEach(() => {
  vi.stubEnv('CI', '');
  vi.stubEnv('NO_COLOR', undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** A stream that keeps what is written, and a clock that is moved by hand. */
function stage(isTTY: boolean, columns = 200) {
  const clock = { milliseconds: 0 };
  let written = '';
  const stream = {
    isTTY,
    columns,
    write(text: string) {
      written += text;
      return true;
    },
  };
  const progress = createProgress(stream as never, () => clock.milliseconds);
  return { clock, progress, text: () => written };
}

const start = (plan: { totalSteps?: number; minutes?: number }): StartEvent => ({
  type: 'start',
  gan: 'dcgan',
  config: {},
  data: { kind: 'images', shape: [1, 28, 28], classes: [], name: 'mnist', count: 1, fingerprint: '' },
  seed: 0,
  batch: 64,
  accumulate: 1,
  executor: 'onnxruntime-node',
  precision: 'float32',
  threads: 2,
  parameters: {},
  learningRates: {},
  step: 0,
  images: 0,
  compileSeconds: 0,
  ...plan,
});

const step = (step: number): StepEvent => ({
  type: 'step',
  step,
  images: 64 * step,
  seconds: 0.04,
  metrics: {
    'critic/loss': 0.93,
    'critic/accuracy': 0.8,
    'generator/loss': 1.406,
    'critic/gradientNorm/D': 3,
  },
});

test('on a terminal one line is drawn over', () => {
  const { clock, progress, text } = stage(true);
  progress.start(start({ totalSteps: 1500 }));
  for (let i = 1; i <= 100; i++) {
    clock.milliseconds = 40 * i;
    progress.step(step(i));
  }
  progress.finish();
  const lines = text().split('\r\x1b[2K');
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.length).toBeLessThan(50);
  expect(lines.at(-1)).toBe(
    'step 100/1500  25.0 it/s  1,600 img/s  0:56 left  critic 0.93  generator 1.41\n',
  );
  expect(text().split('\n')).toHaveLength(2);
});

test('a terminal line never wraps, and gives way to messages', () => {
  const { progress, text } = stage(true, 20);
  progress.start(start({ totalSteps: 10 }));
  progress.step(step(1));
  progress.print('warning: something');
  expect(text()).toBe('step 1/10  25.0 it/\r\x1b[2Kwarning: something\nstep 1/10  25.0 it/');
});

test.each([
  ['a pipe', false, {}],
  ['a terminal without colour', true, { NO_COLOR: '1' }],
  ['a build server', true, { CI: 'true' }],
])('on %s a plain line comes every few seconds, and the last one always', (_, isTTY, environment) => {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const { clock, progress, text } = stage(isTTY);
  progress.start(start({ minutes: 1 }));
  for (let i = 1; i <= 300; i++) {
    clock.milliseconds = 40 * i;
    progress.step(step(i));
  }
  progress.finish();
  const lines = text().trimEnd().split('\n');
  expect(lines.map((line) => line.split('  ')[0])).toEqual(['step 1', 'step 126', 'step 251', 'step 300']);
  expect(lines.at(-1)).toBe('step 300  25.0 it/s  1,600 img/s  0:48 left  critic 0.93  generator 1.41');
  expect(text()).not.toContain('\x1b');
});

test('a run without an end shows no time left', () => {
  const { progress, text } = stage(false);
  progress.start(start({}));
  progress.step(step(1));
  expect(text()).toBe('step 1  25.0 it/s  1,600 img/s  critic 0.93  generator 1.41\n');
});

test('the rate follows the last seconds, not the whole run', () => {
  const { clock, progress, text } = stage(false);
  progress.start(start({}));
  for (let i = 1; i <= 100; i++) {
    clock.milliseconds = 1000 * i;
    progress.step(step(i));
  }
  for (let i = 101; i <= 400; i++) {
    clock.milliseconds += 50;
    progress.step(step(i));
  }
  progress.finish();
  expect(text().trimEnd().split('\n').at(-1)).toContain('step 400  20.0 it/s');
});

test('work before the first step is counted, with its rate and the time left', () => {
  const { clock, progress, text } = stage(false);
  for (let i = 1; i <= 2000; i++) {
    clock.milliseconds = 10 * i;
    progress.working(i, 2000, 'converting images');
  }
  expect(text().split('\n')).toEqual([
    'converting images: 1 of 2,000',
    'converting images: 501 of 2,000  100/s  0:15 left',
    'converting images: 1,001 of 2,000  100/s  0:10 left',
    'converting images: 1,501 of 2,000  100/s  0:05 left',
    'converting images: 2,000 of 2,000',
    '',
  ]);
});

test('values, counts, times and words are short and plain', () => {
  expect([0, 0.931, -1.4, 12.34, 123.4, 0.0012, 1e6].map(formatValue)).toEqual([
    ...['0.00', '0.93', '-1.40', '12.3', '123', '1.2e-3', '1.0e+6'],
  ]);
  expect([5, 65, 3725, -1].map(formatDuration)).toEqual(['0:05', '1:05', '1:02:05', '0:00']);
  expect(formatCount(1234567.4)).toBe('1,234,567');
  expect(['runs/1', 'my run', "it's"].map(shellWord)).toEqual(['runs/1', "'my run'", "'it'\\''s'"]);
  expect(
    formatTable([
      ['a', 'bb'],
      ['ccc', 'd'],
    ]),
  ).toBe('a    bb\nccc  d');
});
