import { describe, expect, test } from 'vitest';
import { interpreterExecutor } from '../../src/runtime/interpreter.ts';
import { relativeError, worst } from './compare.ts';
import { type Fixture, readFixture } from './fixture.ts';
import { ourName } from './names.ts';
import { type Part, type Runner, startRunner, writeStates } from './runner.ts';
import { smallInputs } from './smallInputs.ts';
import { systemOf } from './system.ts';

const TOLERANCE = 1e-9;

/** The system of a fixture at its stored initial values, in the interpreter. */
async function start(fixture: Fixture, parts: readonly Part[], accumulate = 1): Promise<Runner> {
  const { settings } = fixture;
  const options = { parts, accumulate, lr: settings.adam.lr };
  const runner = await startRunner(systemOf(settings), interpreterExecutor, options);
  writeStates(runner, named(fixture, 'init/'));
  return runner;
}

const named = (fixture: Fixture, prefix: string): Map<string, Float64Array> =>
  new Map(
    [...fixture.under(prefix)].map(([name, { data }]) => [ourName(fixture.settings.system, name), data]),
  );

describe.each(['gan', 'gan-minimax', 'dcgan', 'wgan-gp'])('%s equals PyTorch in float64', (name) => {
  const fixture = readFixture(name);
  const { steps, criticSteps } = fixture.settings;

  test('20 whole training steps: every loss, parameter and running statistic', {
    timeout: 240_000,
  }, async () => {
    const runner = await start(fixture, ['step']);
    const history: Record<string, number[]> = {};
    const record = (network: string, reported: Record<string, number>) => {
      for (const [term, value] of Object.entries(reported)) {
        const series = `${term}/${network}`;
        history[series] = [...(history[series] ?? []), value];
      }
    };
    for (let step = 0; step < steps; step++) {
      for (let repeat = 0; repeat < criticSteps; repeat++) {
        record('D', await runner.run('critic', 'step', smallInputs(fixture, 'critic', step, repeat)));
      }
      record('G', await runner.run('generator', 'step', smallInputs(fixture, 'generator', step, 0)));
    }

    const errors = new Map<string, number>();
    for (const series of ['loss/D', 'loss/G', 'gap/D', 'penalty/D']) {
      const expected = fixture.tensors.get(series)?.data ?? [];
      expected.forEach((value, i) => {
        errors.set(`${series} of run ${i}`, relativeError([history[series]![i]!], [value]));
      });
    }
    const final = named(fixture, 'final/');
    for (const [key, value] of final) errors.set(key, relativeError(runner.states.read(key), value));
    expect([...final.keys()].sort()).toEqual([...named(fixture, 'init/').keys()].sort());
    expect(worst(errors).error, worst(errors).name).toBeLessThan(TOLERANCE);
  });

  test('gradients of the first run of each phase', { timeout: 60_000 }, async () => {
    const errors = new Map<string, number>();
    const compare = (runner: Runner, network: string) => {
      for (const [key, expected] of named(fixture, 'grad/')) {
        if (!key.startsWith(`${network}/`)) continue;
        // One of two micro-batches: half of its gradient is in the sum.
        const ours = runner.states.read(`gradient/${key}`).map((half) => 2 * half);
        errors.set(key, relativeError(ours, expected));
      }
    };
    const first = await start(fixture, ['accumulate'], 2);
    await first.run('critic', 'accumulate', smallInputs(fixture, 'critic', 0, 0));
    compare(first, 'D');

    const second = await start(fixture, ['step', 'accumulate'], 2);
    for (let repeat = 0; repeat < criticSteps; repeat++) {
      await second.run('critic', 'step', smallInputs(fixture, 'critic', 0, repeat));
    }
    await second.run('generator', 'accumulate', smallInputs(fixture, 'generator', 0, 0));
    compare(second, 'G');

    expect(errors.size).toBe([...second.built.params.values()].flat().length);
    expect(worst(errors).error, worst(errors).name).toBeLessThan(TOLERANCE);
  });
});
