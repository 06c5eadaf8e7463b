import { expect, it } from 'vitest';
import { openPoints } from '../data/points.ts';
import { buildGan } from '../gan/build.ts';
import { resolveConfig } from '../gan/config.ts';
import { interpreterExecutor as executor } from '../runtime/interpreter.ts';
import { gan } from '../zoo/index.ts';
import { initializeStates } from './feeds.ts';
import { train } from './loop.ts';
import { compileProbes } from './probing.ts';

const data = openPoints('ring');
const small = { generator: [8], critic: [8], batch: 8 };

async function probed(overrides: Record<string, unknown> = {}, rows = 6) {
  const config = resolveConfig(gan, { ...small, ...overrides }, data);
  const states = executor.createStates();
  initializeStates(states, buildGan(gan, config, data).specs, 3);
  return { states, probes: await compileProbes({ gan, config, data, executor, rows }) };
}

it('pulls each example where the generator loss falls fastest', async () => {
  // A smooth critic: differences do not meet a kink.
  const { states, probes } = await probed({ criticActivation: 'tanh' });
  const { made, pull } = await probes.pull({ step: 0, images: 0 }, states);
  // The non-saturating loss of one example is softplus(-D(x)): its slope by central differences of the critic.
  const loss = async (points: Float64Array) =>
    Array.from(await probes.criticAt(Float32Array.from(points), states), (t) => Math.log1p(Math.exp(-t)));
  // Points are given in float32, whose rounding a wide difference does not feel.
  const width = 2 ** -8;
  for (const axis of [0, 1]) {
    const moved = (by: number) =>
      Float64Array.from(made, (value, i) => Math.fround(value) + (i % 2 === axis ? by : 0));
    const [above, below] = [await loss(moved(width)), await loss(moved(-width))];
    for (let i = 0; i < 8; i++) {
      expect(pull[2 * i + axis]).toBeCloseTo(-(above[i]! - below[i]!) / (2 * width), 3);
    }
  }
});

it('asks about any number of examples, whatever the rows of a call', async () => {
  const few = await probed({}, 5);
  const many = await probed({}, 64);
  const points = Float32Array.from({ length: 26 }, (_, i) => Math.sin(i));
  const answers = await few.probes.criticAt(points, few.states);
  expect(answers).toHaveLength(13);
  expect(answers).toEqual(await many.probes.criticAt(points, many.states));
});

it('lets a pack of one example repeated speak for it', async () => {
  const { states, probes } = await probed({ packing: 2 }, 8);
  const alone = await probes.criticAt(Float32Array.of(0.3, -0.2), states);
  const among = await probes.criticAt(Float32Array.of(1, 1, 0.3, -0.2, 0.5, 0), states);
  expect(among).toHaveLength(3);
  expect(among[1]).toBe(alone[0]);
});

it('makes of the noise of seeds what samples are made of', async () => {
  const { states, probes } = await probed();
  const made = await probes.generatorAt(probes.noise(3), states);
  const config = resolveConfig(gan, small, data);
  for await (const event of train({ gan, config, data, executor, seed: 3, steps: 0, sampleCount: 3 })) {
    if (event.type !== 'samples') continue;
    for (const [i, value] of event.data.entries()) expect(made[i]).toBeCloseTo(value, 6);
  }
});

it('says which network there is none of', async () => {
  const config = resolveConfig(gan, small, data);
  const other = { ...gan, inputs: () => ({}) };
  await expect(compileProbes({ gan: other, config, data, executor, rows: 4 })).rejects.toThrow(
    'gan: has no noise z to look into its generator with',
  );
});
