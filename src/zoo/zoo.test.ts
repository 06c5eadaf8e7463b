import { describe, expect, it } from 'vitest';
import type { Dataset } from '../data/dataset.ts';
import { buildGan } from '../gan/build.ts';
import { resolveConfig } from '../gan/config.ts';
import type { AnyGan } from '../gan/defineGan.ts';
import { buildSampler } from '../gan/sampler.ts';
import { buildScorer } from '../gan/scorer.ts';
import { leafName } from '../graph/ops/leaf.ts';
import { leavesOf } from '../graph/program.ts';
import { sizeOf } from '../graph/shape.ts';
import { nodeExecutor } from '../runtime/node.ts';
import type { TrainEvent } from '../train/events.ts';
import { train } from '../train/loop.ts';
import { zoo } from './index.ts';

const find = (name: string) => zoo.find((gan) => gan.name === name)!;
const images = (channels: number, size: number) =>
  ({ kind: 'images', shape: [channels, size, size], classes: [] }) as const;

function counts(
  name: string,
  overrides: Record<string, unknown>,
  data: ReturnType<typeof images>,
): Record<string, number> {
  const gan = find(name);
  const { params, specs } = buildGan(gan, resolveConfig(gan, overrides, data), data);
  return Object.fromEntries(
    [...params].map(([network, names]) => [
      network,
      names.reduce((n, p) => n + sizeOf(specs.get(p)!.shape), 0),
    ]),
  );
}

/** The same, of networks too large to differentiate in passing. */
function forwardCounts(
  name: string,
  overrides: Record<string, unknown>,
  data: ReturnType<typeof images>,
): Record<string, number> {
  const gan = find(name);
  const config = resolveConfig(gan, overrides, data);
  const programs = [
    buildSampler(gan, config, data, { batch: 1, averaged: false }).program,
    buildScorer(gan, config, data, { batch: 1 })!.program,
  ];
  const total: Record<string, number> = {};
  for (const leaf of programs.flatMap((program) => leavesOf(program).states)) {
    const [network] = leafName(leaf).split('/') as [string];
    if (!/noise\/constant$|w\/mean$/.test(leafName(leaf)))
      total[network] = (total[network] ?? 0) + sizeOf(leaf.shape);
  }
  return total;
}

describe('parameter counts', () => {
  it('of the published DCGAN at 64x64', () => {
    // G: 100*512*16 + 512*256*16 + 256*128*16 + 128*64*16 + 64*3*16 weights, 2 * (512 + 256 + 128 + 64) of batch norm.
    // D: 3*64*16 + 64*128*16 + 128*256*16 + 256*512*16 + 512*16 weights, 2 * (128 + 256 + 512) of batch norm.
    expect(counts('dcgan', {}, images(3, 64))).toEqual({ G: 3_576_704, D: 2_765_568 });
  });

  it('of the dense heads: a first map of 1024 or 512 channels', () => {
    const dense = (latent: number, first: number) =>
      latent * first * 16 +
      (first * first * 16) / 2 +
      (first * first * 16) / 8 +
      (first * first * 16) / 32 +
      (first / 8) * 3 * 16 +
      2 * (first + first / 2 + first / 4 + first / 8);
    expect(counts('dcgan', { preset: 'dense-1024' }, images(3, 64)).G).toBe(dense(100, 1024));
    expect(counts('dcgan', { preset: 'dense-512' }, images(3, 64)).G).toBe(dense(128, 512));
  });

  it('of the tiny networks that Stacked-MNIST is made hard with: 4x4 to 28x28 by kernels of 3', () => {
    // G: 64 maps of 4x4, doubled to 32, 16 and 8 channels, and a 3x3 convolution to the image. D: 4, 8 and 16 channels.
    const tiny = { preset: 'small', width: 8, criticWidth: 4, kernel: 3, toImage: 'conv', latent: 256 };
    expect(counts('pacgan', { ...tiny, packing: 1, criticNorm: 'none' }, images(3, 28))).toEqual({
      G: 256 * 64 * 16 + 9 * (64 * 32 + 32 * 16 + 16 * 8 + 8 * 3) + 2 * (64 + 32 + 16 + 8),
      D: 9 * (3 * 4 + 4 * 8 + 8 * 16) + 4 + 8 + 16 + 16 * 16 + 1,
    });
  });

  it('of ProGAN at 1024x1024, 23.1 million each, counted in reference/growing_counts.py', () => {
    expect(forwardCounts('progan', { preset: 'published-1024' }, images(3, 1024))).toEqual({
      G: 23_071_507,
      D: 23_077_137,
    });
  });

  it('of StyleGAN at 1024x1024, 26.2 million in both parts of the generator, counted in the same place', () => {
    const counted = { M: 2_101_248, G: 24_110_771, D: 23_077_137 };
    expect(forwardCounts('stylegan', { preset: 'published-1024' }, images(3, 1024))).toEqual(counted);
  });

  it('of the perceptrons of the mnist preset', () => {
    const layers = [100, 256, 512, 1024, 784];
    const dense = (sizes: number[]) => sizes.slice(1).reduce((n, units, i) => n + units * (sizes[i]! + 1), 0);
    expect(counts('gan', {}, images(1, 28))).toEqual({
      G: dense(layers) + 2 * (256 + 512 + 1024),
      D: dense([784, 1024, 512, 256, 1]),
    });
  });
});

it.each([16, 28, 32, 64, 128])('dcgan and wgan-gp build at %i pixels', (size) => {
  for (const name of ['dcgan', 'wgan-gp']) {
    for (const upsample of ['transpose', 'resize']) {
      expect(counts(name, { width: 4, upsample, batch: 2 }, images(1, size)).G).toBeGreaterThan(0);
    }
  }
});

it.each([16, 28, 32, 64])('kernels of 3, and a last convolution, make images of %i pixels', async (size) => {
  const made = { width: 2, batch: 2, latent: 2, kernel: 3, toImage: 'conv' };
  for (const name of ['dcgan', 'wgan-gp', 'sngan']) {
    const gan = find(name);
    const data = images(3, size);
    const { program } = buildSampler(gan, resolveConfig(gan, made, data), data, { batch: 2 });
    expect(program.outputs.get('samples')!.shape).toEqual([2, 3, size, size]);
  }
});

it('28 pixels by kernels of 3 cannot be resized to, since halves are rounded up', () => {
  expect(() => counts('dcgan', { width: 2, kernel: 3, upsample: 'resize' }, images(3, 28))).toThrow(
    'odd sides need a transposed convolution of 3x3; choose upsample=transpose kernel=3',
  );
});

it.each([24, 8, 100])('dcgan refuses %i pixels in words', (size) => {
  expect(() => counts('dcgan', {}, images(3, size))).toThrow(/dcgan makes squares of 28, 16, 32, 64.*--size/);
});

/** Fixed pseudo-random examples. */
function examples(shape: readonly number[], kind: 'images' | 'points'): Dataset {
  const size = sizeOf(shape);
  return {
    kind,
    shape,
    classes: ['a', 'b', 'c'],
    name: 'examples',
    count: 32,
    fingerprint: 'none',
    read: (indices) => ({
      real: Float32Array.from({ length: indices.length * size }, (_, i) =>
        Math.sin(i + indices[Math.floor(i / size)]! * 7),
      ),
      labels: Int32Array.from(indices, (index) => index % 3),
    }),
  };
}

/** Examples of a kind, and settings that make a system small where it has a width and shallow where it is deep. */
function shrunk(gan: AnyGan, kind: 'images' | 'points', preset: string | undefined) {
  const data = examples(kind === 'images' ? [1, 16, 16] : [2], kind);
  const overrides = {
    ...(preset ? { preset } : {}),
    batch: 4,
    ...('width' in gan.config.shape ? { width: 4 } : {}),
    ...('batches' in gan.config.shape ? { batches: [] } : {}),
    ...('deep' in (gan.presets?.[preset ?? ''] ?? {}) ? { deep: 1 } : {}),
    ...('style' in gan.config.shape ? { style: 8 } : {}),
  };
  return { data, config: resolveConfig(gan, overrides, data) };
}

const cases = zoo.flatMap((gan) =>
  gan.data.flatMap((kind) => {
    const seen = new Set<string>();
    // Presets that differ in sizes alone are the same once they are small.
    return [undefined, ...Object.keys(gan.presets ?? {})].flatMap((preset) => {
      const { data, config } = shrunk(gan, kind, preset);
      const settings = JSON.stringify(Object.entries(config).sort());
      if (seen.has(settings)) return [];
      seen.add(settings);
      return [{ gan, kind, preset, data, config }];
    });
  }),
);

// Every system and preset takes two steps that end finite and move its weights.
it.each(cases)('$gan.name on $kind with preset $preset trains', async ({ gan, data, config }) => {
  const events: TrainEvent[] = [];
  const options = { gan, config, data, executor: nodeExecutor, steps: 2, sampleCount: 3, threads: 1 };
  for await (const event of train(options)) events.push(event);
  const steps = events.filter((event) => event.type === 'step');
  expect(steps).toHaveLength(2);
  for (const { metrics } of steps) expect(Object.values(metrics).every(Number.isFinite)).toBe(true);
  const [before, after] = events.filter((event) => event.type === 'checkpoint');
  expect(Buffer.compare(before!.bytes, after!.bytes)).not.toBe(0);
  expect(events.find((event) => event.type === 'samples')!.shape).toEqual([3, ...data.shape]);
});
