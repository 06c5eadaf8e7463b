import { describe, expect, test } from 'vitest';
import type { Executor } from '../../src/runtime/executor.ts';
import { interpreterExecutor } from '../../src/runtime/interpreter.ts';
import { nodeExecutor } from '../../src/runtime/node.ts';
import { relativeError, worst } from './compare.ts';
import { type Fixture, readFixture } from './fixture.ts';
import { ourName } from './names.ts';
import { type Part, type Runner, startRunner, writeStates } from './runner.ts';
import { smallInputs } from './smallInputs.ts';
import { systemOf } from './system.ts';

const executors: [string, Executor, number][] = [
  ['the interpreter', interpreterExecutor, 1e-12],
  ['ONNX Runtime', nodeExecutor, 1e-6],
];
const PHASES = ['critic', 'generator'] as const;

async function start(fixture: Fixture, executor: Executor, parts: readonly Part[], accumulate: number) {
  const { system, adam } = fixture.settings;
  const runner = await startRunner(systemOf(fixture.settings), executor, { parts, accumulate, lr: adam.lr });
  const initial = [...fixture.under('init/')].map(([name, { data }]): [string, Float64Array] => [
    ourName(system, name),
    data,
  ]);
  writeStates(runner, new Map(initial));
  return runner;
}

const sums = ({ states }: Runner): Map<string, Float32Array | Float64Array> =>
  new Map(
    states
      .names()
      .filter((name) => name.startsWith('gradient/'))
      .map((name) => [name, states.read(name)]),
  );

describe.each(executors)('gradients and update as two programs, on %s', (_, executor, tolerance) => {
  describe.each(['gan', 'dcgan', 'wgan-gp'])('%s', (name) => {
    const fixture = readFixture(name);

    test('three training steps equal those of the fused programs', async () => {
      const fused = await start(fixture, executor, ['step'], 1);
      const split = await start(fixture, executor, ['accumulate', 'update'], 1);
      const errors = new Map<string, number>();
      for (let step = 0; step < 3; step++) {
        for (const phase of PHASES) {
          const inputs = smallInputs(fixture, phase, step, 0);
          const expected = await fused.run(phase, 'step', inputs);
          const reported = {
            ...(await split.run(phase, 'accumulate', inputs)),
            ...(await split.run(phase, 'update')),
          };
          expect(Object.keys(reported).sort()).toEqual(Object.keys(expected).sort());
          for (const [key, value] of Object.entries(expected)) {
            errors.set(`${key} of ${phase} ${step}`, relativeError([reported[key]!], [value]));
          }
        }
      }
      for (const key of fused.states.names()) {
        errors.set(key, relativeError(split.states.read(key), fused.states.read(key)));
      }
      expect(worst(errors).error, worst(errors).name).toBeLessThan(tolerance);
      await fused.release();
      await split.release();
    });

    test('two micro-batches sum to the mean of their gradients', async () => {
      const both = await start(fixture, executor, ['accumulate', 'update'], 2);
      const alone = [0, 1].map(() => start(fixture, executor, ['accumulate'], 1));
      const [first, second] = (await Promise.all(alone)) as [Runner, Runner];
      for (const phase of PHASES) {
        await first.run(phase, 'accumulate', smallInputs(fixture, phase, 0, 0));
        await second.run(phase, 'accumulate', smallInputs(fixture, phase, 1, 0));
        await both.run(phase, 'accumulate', smallInputs(fixture, phase, 0, 0));
        await both.run(phase, 'accumulate', smallInputs(fixture, phase, 1, 0));
      }
      const [one, two] = [sums(first), sums(second)];
      const errors = new Map<string, number>();
      for (const [key, sum] of sums(both)) {
        const mean = one.get(key)!.map((value, i) => (value + two.get(key)![i]!) / 2);
        errors.set(key, relativeError(sum, mean));
      }
      expect(errors.size).toBe([...both.built.params.values()].flat().length);
      expect(worst(errors).error, worst(errors).name).toBeLessThan(tolerance);

      for (const phase of PHASES) await both.run(phase, 'update');
      for (const [key, sum] of sums(both))
        expect(
          sum.every((value) => value === 0),
          key,
        ).toBe(true);
      for (const runner of [both, first, second]) await runner.release();
    });
  });
});
