import { describe, expect, it } from 'vitest';
import { UsageError } from '../base/errors.ts';
import type { Schedule } from './optimizer.ts';
import { constant, cosine, linear, piecewise, stepDecay, valueAt, warmUp } from './schedules.ts';

const atStep = (schedule: Schedule, step: number) =>
  valueAt(schedule, { step, images: 64 * step, totalSteps: 100 });
const atSteps = (schedule: Schedule, steps: readonly number[]) => steps.map((step) => atStep(schedule, step));

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(actual[i]).toBeCloseTo(value, 12);
  });
}

it('a number is a schedule, and so is a constant', () => {
  expect(atSteps(0.1, [0, 100])).toEqual([0.1, 0.1]);
  expect(atSteps(constant(0.2), [0, 100])).toEqual([0.2, 0.2]);
});

describe('linear', () => {
  it('falls to 0 over the whole run', () => {
    expectClose(atSteps(linear({ from: 2 }), [0, 25, 100, 130]), [2, 1.5, 0, 0]);
  });

  it('rests before its start and after its end', () => {
    const late = linear({ from: 2, to: 1, start: 0.5 });
    expectClose(atSteps(late, [0, 50, 75, 100]), [2, 2, 1.5, 1]);
    const early = linear({ from: 0, to: 1, clock: 'steps', start: 10, end: 20 });
    expectClose(atSteps(early, [0, 10, 15, 20, 99]), [0, 0, 0.5, 1, 1]);
  });

  it('counts images', () => {
    expectClose(atSteps(linear({ from: 1, clock: 'images', end: 640 }), [0, 5, 10]), [1, 0.5, 0]);
  });
});

it('cosine falls along half a wave', () => {
  const schedule = cosine({ from: 3, to: 1, clock: 'steps', end: 60 });
  expectClose(atSteps(schedule, [0, 20, 30, 40, 60, 80]), [3, 2.5, 2, 1.5, 1, 1]);
});

it('warmUp scales any schedule from a share to all of it', () => {
  const schedule = warmUp(linear({ from: 1 }), { from: 0.5, clock: 'steps', end: 10 });
  expectClose(atSteps(schedule, [0, 5, 10, 50]), [0.5, 0.75 * 0.95, 0.9, 0.5]);
  expectClose(atSteps(warmUp(4, { clock: 'steps', end: 10 }), [0, 5, 10, 11]), [0, 2, 4, 4]);
});

it('stepDecay multiplies after every stretch', () => {
  const schedule = stepDecay({ from: 8, factor: 0.5, every: 10, clock: 'steps' });
  expectClose(atSteps(schedule, [0, 9, 10, 19, 20, 35]), [8, 8, 4, 4, 2, 1]);
  expectClose(
    atSteps(stepDecay({ from: 1, factor: 0.1, every: 0.25 }), [0, 24, 25, 50, 75]),
    [1, 1, 0.1, 0.01, 1e-3],
  );
});

it('piecewise hands over at each start', () => {
  const schedule = piecewise(
    [
      [0, 5],
      [10, linear({ from: 1 })],
      [50, 7],
    ],
    'steps',
  );
  expectClose(atSteps(schedule, [0, 9, 10, 40, 50, 1000]), [5, 5, 0.9, 0.6, 7, 7]);
});

describe('errors', () => {
  it('say that a run of open length has no share', () => {
    const open = () => valueAt(linear({ from: 1 }), { step: 3, images: 30 });
    expect(open).toThrow(UsageError);
    expect(open).toThrow(
      "linear: the clock 'run' needs a run of planned length; give the run a number of steps, " +
        "or the schedule the clock 'steps' or 'images'",
    );
    expect(valueAt(linear({ from: 1, clock: 'steps', end: 6 }), { step: 3, images: 30 })).toBe(0.5);
  });

  it('name spans that never pass, when they are made', () => {
    expect(() => cosine({ from: 1, start: 0.5, end: 0.5 })).toThrow(
      'cosine: expects a start of at least 0 and a later end, not 0.5 and 0.5',
    );
    expect(() => linear({ from: 1, clock: 'steps', start: 10, end: 5 })).toThrow('not 10 and 5');
    expect(() => stepDecay({ from: 1, factor: 0.5, every: 0 })).toThrow(
      'stepDecay: every must be above 0, not 0',
    );
  });

  it('name starts out of order', () => {
    expect(() => piecewise([[1, 5]], 'steps')).toThrow(
      'piecewise: expects starts that begin at 0 and rise, not 1',
    );
    expect(() =>
      piecewise(
        [
          [0, 5],
          [9, 4],
          [9, 3],
        ],
        'steps',
      ),
    ).toThrow('not 0, 9, 9');
    expect(() => piecewise([], 'steps')).toThrow('not none');
  });
});
