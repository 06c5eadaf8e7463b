import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeExecutor } from '../../src/runtime/node.ts';
import { draw, drawnParameters } from './drawn.ts';
import { readFixture } from './fixture.ts';
import { signProjection } from './hashing.ts';
import { ourName } from './names.ts';
import { type Inputs, type Runner, startRunner, writeStates } from './runner.ts';
import { systemOf } from './system.ts';

const TOLERANCE = 1e-5;

/** An estimate of |ours - theirs| from the projections p_r of both on rows of random signs: E[p_r(e)^2] = |e|^2. */
function projectedError(name: string, ours: Float32Array, theirs: Float64Array): number {
  const squares = theirs.map((projection, row) => (signProjection(`${name}#${row}`, ours) - projection) ** 2);
  return Math.sqrt(squares.reduce((total, square) => total + square) / squares.length);
}

describe.each(['full-gan', 'full-dcgan', 'full-wgan-gp'])('%s on ONNX Runtime', (name) => {
  const fixture = readFixture(name);
  const { settings } = fixture;
  const losses: Record<string, number> = {};
  let runner: Runner;

  beforeAll(async () => {
    runner = await startRunner(systemOf(settings), nodeExecutor, { parts: ['accumulate'] });
    const parameters = drawnParameters(settings);
    writeStates(runner, parameters);
    const inputsOf = (phase: string): Inputs =>
      Object.fromEntries(
        ['real', 'z', 'mix'].flatMap((input) => {
          const drawn = settings.tensors[`${input}/0/${phase}/0`];
          return drawn ? [[input, draw(drawn)]] : [];
        }),
      );
    // Both phases begin from the same weights: summing gradients changes none.
    losses.D = (await runner.run('critic', 'accumulate', inputsOf('critic'))).loss!;
    losses.G = (await runner.run('generator', 'accumulate', inputsOf('generator'))).loss!;
  }, 120_000);
  afterAll(() => runner.release());

  test('losses of the first step', () => {
    for (const network of ['D', 'G']) {
      const expected = fixture.get(`loss/${network}`).data[0]!;
      expect(Math.abs(losses[network]! - expected) / Math.abs(expected), `loss/${network}`).toBeLessThan(
        1e-6,
      );
    }
  });

  const parameters = Object.keys(settings.tensors).filter((key) => /^[GD]\//.test(key));
  const gradient = (parameter: string) =>
    runner.states.read(`gradient/${ourName(settings.system, parameter)}`) as Float32Array;

  test.each(parameters.filter((key) => !settings.vanishing.includes(key)))('gradient of %s', (parameter) => {
    const expected = fixture.get(`projection/${parameter}`).data;
    expect(expected.length).toBe(settings.rows);
    const norm = fixture.get(`norm/${parameter}`).data[0]!;
    expect(projectedError(parameter, gradient(parameter), expected) / norm).toBeLessThan(TOLERANCE);
  });

  // A bias before batch norm, or one that real and fake images share, moves no loss: rounding alone decides what is left.
  test('gradients that are zero in exact arithmetic are nearly so', () => {
    for (const parameter of settings.vanishing) {
      const size = Math.hypot(...gradient(parameter));
      expect(size, parameter).toBeLessThan(1e-6);
    }
  });
});
