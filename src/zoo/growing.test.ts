import { describe, expect, it } from 'vitest';
import type { Dataset } from '../data/dataset.ts';
import { resolveConfig } from '../gan/config.ts';
import { sizeOf } from '../graph/shape.ts';
import { nodeExecutor } from '../runtime/node.ts';
import { decodeCheckpoint } from '../train/checkpoint.ts';
import type { TrainEvent } from '../train/events.ts';
import { train } from '../train/loop.ts';
import { compileSampler } from '../train/sampling.ts';
import { momentOf, planStages } from '../train/stages.ts';
import { progan, stylegan } from './index.ts';

const SIZE = 32;
const shape = [1, SIZE, SIZE];

/** Fixed pseudo-random pictures. */
const data: Dataset = {
  kind: 'images',
  shape,
  classes: [],
  name: 'pictures',
  count: 16,
  fingerprint: 'none',
  read: (indices) => ({
    real: Float32Array.from({ length: indices.length * sizeOf(shape) }, (_, i) =>
      Math.sin(i * 0.37 + indices[Math.floor(i / sizeOf(shape))]! * 7),
    ),
    labels: new Int32Array(indices.length),
  }),
};

const settings = {
  ...{ batch: 4, batches: [8], width: 4, maxWidth: 16, latent: 4, stableImages: 4, fadeImages: 8 },
  average: 100,
};

async function events(overrides: object = {}, gan = progan, own: object = {}): Promise<TrainEvent[]> {
  const all: TrainEvent[] = [];
  const config = resolveConfig(gan, { ...settings, ...own }, data);
  const options = { gan, config, data, executor: nodeExecutor, threads: 1, sampleCount: 2 };
  for await (const event of train({
    ...options,
    sampleEvery: 1,
    checkpointEvery: 1,
    steps: 10,
    ...overrides,
  }))
    all.push(event);
  return all;
}

const of = <T extends TrainEvent['type']>(all: TrainEvent[], type: T) =>
  all.filter((event): event is Extract<TrainEvent, { type: T }> => event.type === type);

/** Whether every square of so many pixels a side is of one value. */
const isOfSquares = (samples: ArrayLike<number>, side: number): boolean =>
  Array.from(samples).every((value, i) => {
    const [image, y, x] = [Math.floor(i / SIZE ** 2), Math.floor((i % SIZE ** 2) / SIZE), i % SIZE];
    return value === samples[image * SIZE ** 2 + (y - (y % side)) * SIZE + x - (x % side)];
  });

describe('progan', () => {
  const run = events();

  it('grows from 4x4 pixels to the size of the data, each resolution fading in first', async () => {
    expect(of(await run, 'stage').map(({ step, images, settings }) => [step, images, settings])).toEqual([
      [1, 8, { resolution: 8, batch: 4, fading: true }],
      [2, 12, { resolution: 8, batch: 4, fading: false }],
      [3, 16, { resolution: 16, batch: 4, fading: true }],
      [5, 24, { resolution: 16, batch: 4, fading: false }],
      [6, 28, { resolution: 32, batch: 4, fading: true }],
      [8, 36, { resolution: 32, batch: 4, fading: false }],
    ]);
  });

  it('enlarges samples of every stage to the size of the data', async () => {
    const samples = of(await run, 'samples');
    expect(samples.map(({ shape }) => shape)).toEqual(samples.map(() => [2, ...data.shape]));
    const coarseness = (step: number) =>
      [8, 4, 2, 1].find((side) => isOfSquares(samples.find((event) => event.step === step)!.data, side));
    expect([1, 3, 4, 7, 9].map(coarseness)).toEqual([8, 4, 2, 1, 1]);
  });

  it('resumes in the middle of a fade to the same bits', async () => {
    const [half, last] = [4, 10].map((at) => async () => {
      return of(await run, 'checkpoint').find(({ step }) => step === at)!.bytes;
    });
    const content = decodeCheckpoint(await half!(), 'half');
    const rest = await events({ checkpoint: { content, where: 'half' } });
    expect(Buffer.compare(of(rest, 'checkpoint').at(-1)!.bytes, await last!())).toBe(0);
  });

  it('learns at the rate of each resolution, and resumes with it', async () => {
    const own = { lr: 3e-3, rates: [1e-3, 2e-3] };
    const run = await events({ steps: 8 }, progan, own);
    expect(of(run, 'stage').map(({ settings: { resolution, lr } }) => [resolution, lr])).toEqual([
      ...[8, 8].map((resolution) => [resolution, 2e-3]),
      ...[16, 16, 32].map((resolution) => [resolution, 3e-3]),
    ]);
    const bytes = (all: TrainEvent[], at: number) =>
      of(all, 'checkpoint').find(({ step }) => step === at)!.bytes;
    const content = decodeCheckpoint(bytes(run, 2), 'half');
    const rest = await events({ steps: 8, checkpoint: { content, where: 'half' } }, progan, own);
    expect(Buffer.compare(bytes(rest, 8), bytes(run, 8))).toBe(0);
  });

  it('feeds the rates of the list to the phases of G and D', () => {
    const config = resolveConfig(progan, { ...settings, lr: 3e-3, rates: [1e-3, 2e-3] }, data);
    const rates = planStages(progan, config, data, 1).spans.map(({ config }) => {
      const { G, D } = progan.optimizers(config as Parameters<typeof progan.optimizers>[0]);
      return [G!.lr, D!.lr];
    });
    const expected = [1e-3, 2e-3, 2e-3, 3e-3, 3e-3, 3e-3, 3e-3];
    expect(rates).toEqual(expected.map((rate) => [rate, rate]));
  });

  const [one, eight] = [
    [128, 128, 128, 64, 32, 16, 8, 4, 4],
    [512, 256, 128, 64, 32, 32, 32, 32, 32],
  ];
  const rising = [1, 1, 1, 1, 1, 1.5, 2, 3, 3];
  it.each([
    { gan: progan, preset: 'published-1024', batches: one, rates: [1, 1, 1, 1, 1, 1, 1, 1, 1.5] },
    { gan: progan, preset: 'published-1024-8', batches: eight, rates: rising },
    { gan: stylegan, preset: 'published-1024', batches: one.slice(1), rates: rising.slice(1) },
    { gan: stylegan, preset: 'published-1024-8', batches: eight.slice(1), rates: rising.slice(1) },
  ])('$gan.name with $preset has the published batches and rates', ({ gan, preset, batches, rates }) => {
    const large = { ...data, shape: [3, 1024, 1024] };
    const { spans } = planStages(gan, resolveConfig(gan, { preset }, large), large, 1);
    const stages = spans.map(({ config }) => config as unknown as Record<string, number>);
    for (const { resolution, batch, lr } of stages) {
      const place = Math.log2(resolution! / 1024) + batches.length - 1;
      expect([resolution, batch, lr]).toEqual([resolution, batches[place], rates[place]! / 1000]);
    }
    expect(new Set(stages.map(({ resolution }) => resolution)).size).toBe(batches.length);
  });

  const refused = (overrides: object, size = SIZE) => {
    const other = { ...data, shape: [1, size, size] };
    return () => progan.networks(resolveConfig(progan, { ...settings, ...overrides }, other), other);
  };

  it('refuses sizes it cannot grow to, and says what to do', () => {
    expect(refused({}, 28)).toThrow(
      'progan: grows to squares of 4, 8, 16, 32, ... 1024 pixels, not 28x28; choose one with --size, such as --size 32',
    );
    expect(refused({ resolution: 24 })).toThrow(
      "progan: resolution=24 is not among 4, 8, 16, ... up to the data's 32",
    );
  });

  it('refuses batches that cannot be cut into groups, and what growing sets itself', () => {
    expect(refused({ batches: [8, 6] })).toThrow('minibatchStd=4 does not divide the 6 among batches');
    expect(refused({ fading: true })).toThrow('fading=true is what growing sets');
  });

  it('trains at one resolution all the time when told to', async () => {
    const all: TrainEvent[] = [];
    const config = resolveConfig(progan, { ...settings, resolution: 8 }, data);
    for await (const event of train({
      gan: progan,
      config,
      data,
      executor: nodeExecutor,
      steps: 3,
      threads: 1,
    }))
      all.push(event);
    expect(of(all, 'stage')).toEqual([]);
    expect(isOfSquares(of(all, 'samples').at(-1)!.data, 4)).toBe(true);
  });
});

describe('stylegan', () => {
  const own = { style: 6, mapping: 2 };
  const run = events({ steps: 6 }, stylegan, own);
  const checkpointAt = async (at: number) =>
    of(await run, 'checkpoint').find(({ step }) => step === at)!.bytes;

  it('grows from 8x8 pixels, and resumes in the middle of a fade to the same bits', async () => {
    expect(of(await run, 'stage').map(({ step, settings }) => [step, settings])).toEqual([
      [1, { resolution: 16, batch: 4, fading: true }],
      [2, { resolution: 16, batch: 4, fading: false }],
      [3, { resolution: 32, batch: 4, fading: true }],
      [5, { resolution: 32, batch: 4, fading: false }],
    ]);
    const content = decodeCheckpoint(await checkpointAt(4), 'half');
    const rest = await events({ steps: 6, checkpoint: { content, where: 'half' } }, stylegan, own);
    expect(Buffer.compare(of(rest, 'checkpoint').at(-1)!.bytes, await checkpointAt(6))).toBe(0);
  });

  it('makes one picture of all latents where truncation leaves none of them, in every stage', async () => {
    for (const at of [1, 4]) {
      const { info, tensors } = decodeCheckpoint(await checkpointAt(at), 'a stage');
      const states = nodeExecutor.createStates();
      for (const [name, { shape, data }] of tensors) states.write(name, shape, data as Float32Array);
      const made = { gan: stylegan, data, ...momentOf(stylegan, info.config as { batch: number }, info) };
      const sampler = await compileSampler(nodeExecutor, made, { batch: 2, threads: 1 });
      const apart = async (psi: number) => {
        const { data } = await sampler.sample({ seeds: [0, 1], psi }, states);
        const [first, second] = [data.subarray(0, data.length / 2), data.subarray(data.length / 2)];
        return Math.max(...Array.from(first, (value, i) => Math.abs(value - second[i]!)));
      };
      expect(await apart(0)).toBeLessThan(1e-6);
      expect(await apart(1)).toBeGreaterThan(1e-3);
      await sampler.release();
    }
  });
});
