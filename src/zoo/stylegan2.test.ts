import { describe, expect, it } from 'vitest';
import type { DataShape } from '../base/dataShape.ts';
import { randomStream } from '../base/random.ts';
import { buildGan } from '../gan/build.ts';
import { resolveConfig } from '../gan/config.ts';
import type { AnyGan } from '../gan/defineGan.ts';
import { buildSampler } from '../gan/sampler.ts';
import { buildStyles } from '../gan/styles.ts';
import { interpret } from '../graph/interpreter.ts';
import { leafName } from '../graph/ops/leaf.ts';
import { leavesOf, type Program } from '../graph/program.ts';
import { OPEN, sizeOf } from '../graph/shape.ts';
import { nodeExecutor } from '../runtime/node.ts';
import { initializeStates } from '../train/feeds.ts';
import { compileSampler } from '../train/sampling.ts';
import { stylegan2, stylegan2Ada } from './index.ts';

const images = (channels: number, size: number, classes: string[] = []): DataShape => ({
  kind: 'images',
  shape: [channels, size, size],
  classes,
});
const TINY = { batch: 4, latent: 4, style: 4, mapping: 1, width: 2, maxWidth: 4 };

function counts(gan: AnyGan, overrides: Record<string, unknown>, data: DataShape): Record<string, number> {
  const { params, specs } = buildGan(gan, resolveConfig(gan, overrides, data), data);
  const total = (names: readonly string[]) =>
    names.reduce((sum, name) => sum + sizeOf(specs.get(name)!.shape), 0);
  return Object.fromEntries([...params].map(([network, names]) => [network, total(names)]));
}

// The numbers are those of reference/stylegan2_counts.py; M and G together are 30,370,060 at 1024 pixels.
describe('parameter counts of the published configurations', () => {
  it.each([
    { gan: stylegan2, size: 256, expected: { M: 2_101_248, G: 27_933_090, D: 28_864_129 } },
    { gan: stylegan2, size: 1024, expected: { M: 2_101_248, G: 28_268_812, D: 29_012_513 } },
    { gan: stylegan2Ada, size: 256, expected: { M: 2_101_248, G: 22_666_210, D: 24_001_089 } },
    { gan: stylegan2Ada, size: 1024, expected: { M: 2_101_248, G: 28_268_812, D: 29_012_513 } },
  ])('$gan.name at $size pixels', { timeout: 60_000 }, ({ gan, size, expected }) => {
    // With the published batch and augmentations, so that every shape is checked.
    expect(counts(gan, { preset: String(size) }, images(3, size))).toEqual(expected);
  });

  it('makes pictures of the published size', () => {
    const data = images(3, 1024);
    const { program } = buildSampler(stylegan2, resolveConfig(stylegan2, {}, data), data, { batch: 1 });
    expect(program.outputs.get('samples')!.shape).toEqual([1, 3, 1024, 1024]);
  });
});

it.each([16, 28, 64])('builds at %i pixels', (size) => {
  expect(counts(stylegan2, TINY, images(1, size)).G).toBeGreaterThan(0);
});

it('comes to one picture at psi = 0, and to many at 1, which is the default', async () => {
  const data = images(1, 16);
  const config = resolveConfig(stylegan2, TINY, data);
  const states = nodeExecutor.createStates();
  initializeStates(states, buildGan(stylegan2, config, data).specs, 1);
  const sampler = await compileSampler(
    nodeExecutor,
    { gan: stylegan2, config, data },
    { batch: 2, threads: 1 },
  );
  const halves = async (psi?: number) => {
    const { data } = await sampler.sample({ seeds: [1, 2], ...(psi === undefined ? {} : { psi }) }, states);
    return [data.slice(0, 256), data.slice(256)] as const;
  };
  const [first, second] = await halves(0);
  expect(first).toEqual(second);
  const [one, other] = await halves();
  expect(one).not.toEqual(other);
  expect(await halves(1)).toEqual([one, other]);
});

it('is exported with an open batch and truncation as an input', () => {
  const data = images(1, 16);
  const { program } = buildSampler(stylegan2, resolveConfig(stylegan2, TINY, data), data, { batch: OPEN });
  expect(program.outputs.get('samples')!.shape).toEqual([OPEN, 1, 16, 16]);
  expect(new Set(leavesOf(program).inputs.map(leafName))).toEqual(new Set(['z', 'psi']));
});

it('truncates the first layers alone where a cutoff says so', async () => {
  const data = images(1, 16);
  const config = resolveConfig(stylegan2, { ...TINY, cutoff: 0 }, data);
  const { program, controls } = buildSampler(stylegan2, config, data, { batch: 1 });
  expect(controls).toEqual({});
  expect(leavesOf(program).inputs.map(leafName)).toEqual(['z']);
});

it('makes the sampled pictures of w alone', () => {
  const data = images(1, 16);
  const config = resolveConfig(stylegan2, TINY, data);
  const { mapping, synthesis, mean, ...sizes } = buildStyles(stylegan2, config, data, { batch: 2 });
  expect(sizes).toEqual({ layers: 6, width: 4, cutoff: 6, resolutions: [4, 8, 8, 16, 16, 16] });
  const whole = buildSampler(stylegan2, config, data, { batch: 2 }).program;
  const { specs } = buildGan(stylegan2, config, data);
  const made = ({ outputs }: Program, given: Record<string, ArrayLike<number>>) =>
    interpret([...outputs.values()])((name) => {
      const spec = specs.get(name);
      return given[name] ?? spec?.init(randomStream(1, spec.key), spec.shape);
    })[0]!;
  const z = [1, 2, 3, 4, -1, 2, 0, 1];
  const w = made(mapping.program, { z });
  expect(made(synthesis.program, { w })).toEqual(made(whole, { z, psi: [1] }));
  expect([...made(mean, { 'M/w/mean': [1, 2, 3, 4] })]).toEqual([1, 2, 3, 4]);
});

/** Runs the critic's phase once on noise; says which of its weights moved. */
async function movedWeights(overrides: Record<string, unknown>): Promise<string[]> {
  const data = images(1, 16);
  const config = resolveConfig(stylegan2, { ...TINY, average: 0, ...overrides }, data);
  const built = buildGan(stylegan2, config, data);
  const states = nodeExecutor.createStates();
  initializeStates(states, built.specs, 1);
  const names = built.params.get('D')!;
  const before = new Map(names.map((name) => [name, states.read(name).join()]));
  const [critic] = built.phases;
  const compiled = await nodeExecutor.compile(critic!.step, { threads: 1 });
  const feeds = leavesOf(critic!.step).inputs.map((leaf) => [
    leafName(leaf),
    Float32Array.from({ length: sizeOf(leaf.shape) }, (_, i) =>
      leaf.shape.length === 0 ? 1e-2 : Math.sin(i * 7),
    ),
  ]);
  const { commit } = await compiled.run(Object.fromEntries(feeds), states);
  commit();
  return names.filter((name) => states.read(name).join() !== before.get(name));
}

it('keeps the first layers of a frozen critic, and trains the others', async () => {
  const [all, late] = [await movedWeights({}), await movedWeights({ freeze: 3 })];
  expect(all.filter((name) => !late.includes(name)).sort()).toEqual(
    ['image/weight', 'image/bias', '16/conv/weight', '16/conv/bias', '16/down/weight', '16/down/bias']
      .map((name) => `D/${name}`)
      .sort(),
  );
});

it('tells classes to the mapping network and to the critic', () => {
  const data = images(1, 16, ['a', 'b', 'c']);
  const config = resolveConfig(stylegan2Ada, { ...TINY, condition: 'projection', ada: 'noise' }, data);
  const { specs, phases } = buildGan(stylegan2Ada, config, data);
  expect(specs.get('M/class/weight')?.shape).toEqual([3, 4]);
  expect(specs.get('D/mapping/class/weight')?.shape).toEqual([3, 4]);
  for (const { step } of phases) expect(leavesOf(step).inputs.map(leafName)).toContain('label');
});
