import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { randomStream } from '../base/random.ts';
import { openPoints } from '../data/points.ts';
import { resolveConfig } from '../gan/config.ts';
import { type AnyGan, defineGan, type Stage } from '../gan/defineGan.ts';
import { scheduled } from '../gan/symbolic.ts';
import { mean, neg, softplus } from '../graph/index.ts';
import { dense } from '../nn/dense.ts';
import { normal } from '../nn/distribution.ts';
import { heNormal } from '../nn/initializers.ts';
import { adam } from '../optim/adam.ts';
import { linear } from '../optim/schedules.ts';
import { interpreterExecutor } from '../runtime/interpreter.ts';
import { openModel } from '../runtime/node.ts';
import { decodeCheckpoint } from './checkpoint.ts';
import type { TrainEvent } from './events.ts';
import { exportGenerator } from './exporting.ts';
import { drawLatents } from './feeds.ts';
import { type TrainOptions, train } from './loop.ts';
import { compileSampler } from './sampling.ts';
import { momentOf, planStages } from './stages.ts';

const data = openPoints('ring');
const FADE = 12;

type TestStage = Stage<{ batch: number; grown: boolean }>;

/** A generator whose second layer fades in during the second of two stages. */
const growing = (stages?: readonly TestStage[]): AnyGan =>
  defineGan({
    name: 'growing',
    title: 'A generator that grows',
    data: ['points'],
    config: z.strictObject({
      batch: z.int().min(1).default(4),
      grown: z.boolean().default(false),
    }),
    networks: (c) => ({
      G(scope, z) {
        const first = dense(scope, 'first', z!, { units: 2 });
        if (!c.grown) return first;
        const second = dense(scope, 'second', first.relu(), { units: 2, init: heNormal() });
        return first.add(second.sub(first).mul(scheduled('fade')));
      },
      D: (scope, x) => dense(scope, c.grown ? 'larger' : 'score', x!, { units: 1 }),
    }),
    optimizers: () => ({ G: adam({ lr: 0.01 }), D: adam({ lr: 0.01 }) }),
    inputs: () => ({ z: normal([2]) }),
    phases: () => [
      {
        name: 'critic',
        trains: 'D',
        step: ({ G, D }, { real, z }) => ({ loss: mean(softplus(D(G(z)).sub(D(real)))) }),
      },
      { name: 'generator', trains: 'G', step: ({ G, D }, { z }) => ({ loss: neg(mean(D(G(z)))) }) },
    ],
    averages: () => ({ G: { halfLife: 20, statistics: 'copy' } }),
    schedules: () => ({ fade: linear({ from: 0, to: 1, clock: 'images', start: FADE, end: 2 * FADE }) }),
    stages: () =>
      stages ?? [
        { untilImages: FADE, settings: {} },
        { untilImages: Number.POSITIVE_INFINITY, settings: { grown: true, batch: 2 }, restarts: ['G'] },
      ],
  });

const options = (overrides: Partial<TrainOptions> = {}, gan = growing()): TrainOptions => ({
  gan,
  config: resolveConfig(gan, {}, data),
  data,
  executor: interpreterExecutor,
  steps: 7,
  sampleCount: 4,
  checkpointEvery: 1,
  seed: 5,
  ...overrides,
});

async function events(options: TrainOptions): Promise<TrainEvent[]> {
  const all: TrainEvent[] = [];
  for await (const event of train(options)) all.push(event);
  return all;
}

const ofType = <T extends TrainEvent['type']>(all: TrainEvent[], type: T) =>
  all.filter((event): event is Extract<TrainEvent, { type: T }> => event.type === type);
const bytesAt = (all: TrainEvent[], step: number) =>
  ofType(all, 'checkpoint').find((event) => event.step === step)!.bytes;
const checkpointAt = (all: TrainEvent[], step: number) => decodeCheckpoint(bytesAt(all, step), 'test');

describe('the plan of stages', () => {
  const plan = planStages(growing(), { batch: 4 }, data, 1);

  it('knows each step and its images in closed form', () => {
    // Three steps of 4 images, then steps of 2.
    expect([0, 1, 2, 3, 4, 1000].map((step) => plan.at(step).index)).toEqual([0, 0, 0, 1, 1, 1]);
    expect([0, 1, 3, 4, 5, 1003].map(plan.imagesAt)).toEqual([0, 4, 12, 14, 16, 2012]);
    expect([0, 1, 4, 5, 12, 13, 15].map(plan.stepsFor)).toEqual([0, 1, 1, 2, 3, 4, 5]);
  });

  it('takes what a step leaves behind for the stage it belongs to', () => {
    expect([0, 1, 3, 4].map((step) => plan.madeBy(step).index)).toEqual([0, 0, 0, 1]);
  });

  it('ends a stage with the step that reaches its images', () => {
    const { spans } = planStages(growing(), { batch: 4 }, data, 2);
    expect(spans.map(({ endStep, firstImages }) => [endStep, firstImages])).toEqual([
      [2, 0],
      [Number.POSITIVE_INFINITY, 16],
    ]);
  });

  it('refuses stages that do not follow each other', () => {
    const planned = (stages: readonly TestStage[]) => () =>
      planStages(growing(stages), { batch: 4 }, data, 1);
    const last = { untilImages: Number.POSITIVE_INFINITY, settings: {} };
    expect(planned([{ untilImages: 8, settings: {} }, { untilImages: 8, settings: {} }, last])).toThrow(
      "growing: stage 2 of 3, until 8 images, must end after the one before it, at 8, and before the last; let 'untilImages' rise",
    );
    expect(planned([last, last])).toThrow('stage 1 of 2, until Infinity images, must end');
    expect(planned([{ untilImages: 8, settings: {} }])).toThrow(
      "stage 1 of 1, until 8 images, is the last and must not end; give it 'untilImages: Infinity'",
    );
    expect(planned([{ untilImages: 5, settings: {} }, { untilImages: 7, settings: {} }, last])).toThrow(
      'stage 2 of 3, until 7 images, would have no step, since the steps before it reach 8 images',
    );
    expect(planned([{ ...last, settings: { batch: 0 } }])).toThrow(/stage 1 has settings .* batch: /);
    expect(planned([{ ...last, restarts: ['M'] }])).toThrow(
      "stage 1 restarts the optimizer of 'M', which has none; there are G, D",
    );
  });
});

describe('a run of two stages', () => {
  const unbroken = events(options());

  it('says when a stage begins, and counts images by its batch', async () => {
    const all = await unbroken;
    expect(ofType(all, 'stage')).toEqual([
      {
        type: 'stage',
        step: 3,
        images: 12,
        stage: 2,
        stages: 2,
        settings: { grown: true, batch: 2 },
        batch: 2,
        parameters: { G: 12, D: 3 },
      },
    ]);
    expect(ofType(all, 'step').map(({ images }) => images)).toEqual([4, 8, 12, 14, 16, 18, 20]);
  });

  it('carries states over by name, drops the rest, and begins new ones as by their name', async () => {
    const [before, after] = [
      checkpointAt(await unbroken, 3).tensors,
      checkpointAt(await unbroken, 4).tensors,
    ];
    const layers = (names: Iterable<string>) =>
      new Set([...names].map((name) => name.replace(/\/[^/]*$/, '')));
    expect(layers(before.keys())).toContain('D/score');
    expect([...layers(after.keys())].filter((name) => /^[GD]\//.test(name)).sort()).toEqual([
      'D/larger',
      'G/first',
      'G/second',
    ]);
    // One step of Adam at 0.01 moves no weight further than that.
    const [old, kept] = [
      before.get('G/first/weight')!.data,
      after.get('G/first/weight')!.data,
    ] as Float64Array[];
    expect(Math.max(...old!.map((value, i) => Math.abs(value - kept![i]!)))).toBeLessThan(0.0101);
    const drawn = heNormal()(randomStream(5, 'init', 'G/second/weight'), [2, 2]);
    const fresh = after.get('G/second/weight')!.data as Float64Array;
    expect(Math.max(...drawn.map((value, i) => Math.abs(value - fresh[i]!)))).toBeLessThan(0.0101);
  });

  it('restarts the optimizers it is told to, and no others', async () => {
    const weights = (all: TrainEvent[], step: number, network: string) =>
      checkpointAt(all, step).tensors.get(`optimizer/${network}/weights1`)!.data[0];
    const kept = await events(
      options(
        { steps: 4 },
        growing([
          { untilImages: FADE, settings: {} },
          { untilImages: Number.POSITIVE_INFINITY, settings: { grown: true } },
        ]),
      ),
    );
    expect(weights(await unbroken, 3, 'G')).toBeCloseTo(1 + 0.9 + 0.81);
    expect(weights(await unbroken, 4, 'G')).toBe(1);
    expect(weights(await unbroken, 4, 'D')).toBeCloseTo(1 + 0.9 + 0.81 + 0.729);
    expect(weights(kept, 4, 'G')).toBeCloseTo(1 + 0.9 + 0.81 + 0.729);
  });

  it.each([2, 3, 5])('resumes from step %i to the same bits', async (step) => {
    const content = checkpointAt(await unbroken, step);
    const rest = await events(options({ checkpoint: { content, where: 'test' } }));
    expect(Buffer.compare(bytesAt(rest, 7), bytesAt(await unbroken, 7))).toBe(0);
    expect(ofType(rest, 'start')[0]).toMatchObject({
      step,
      images: ofType(await unbroken, 'step')[step - 1]!.images,
    });
    expect(ofType(rest, 'samples').at(-1)).toEqual(ofType(await unbroken, 'samples').at(-1));
  });

  it('refuses a larger batch than there are data before the first step', async () => {
    const greedy = growing([
      { untilImages: FADE, settings: {} },
      { untilImages: Number.POSITIVE_INFINITY, settings: { batch: 1e9 } },
    ]);
    await expect(events(options({}, greedy))).rejects.toThrow(/batch/);
  });

  it('refuses a name that stands for another shape in the next stage', async () => {
    const gan = growing();
    const widening: AnyGan = {
      ...gan,
      networks: (c, data) => ({
        ...gan.networks(c, data),
        D: (scope, x) => {
          const units = (c as { grown?: boolean }).grown ? 3 : 2;
          return mean(dense(scope, 'score', x!, { units }), { axes: 1, keep: true });
        },
      }),
    };
    await expect(events(options({}, widening))).rejects.toThrow(
      "'D/score/weight' is [3, 2] in stage 2 and was [2, 2] in the one before",
    );
  });
});

describe('a checkpoint of a stage', () => {
  it('is sampled and exported as it was in the run, in the middle of a fade', async () => {
    const all = await events(options({ sampleEvery: 5, steps: 5 }));
    const gan = growing();
    const checkpoint = checkpointAt(all, 5);
    const { config, progress } = momentOf(gan, checkpoint.info.config as { batch: number }, checkpoint.info);
    expect(config).toEqual({ batch: 2, grown: true });
    expect(progress).toEqual({ step: 5, images: 16 });

    const states = interpreterExecutor.createStates();
    for (const [name, { shape, data }] of checkpoint.tensors) states.write(name, shape, data as Float64Array);
    const sampler = await compileSampler(interpreterExecutor, { gan, config, data, progress });
    const seeds = [0, 1, 2, 3];
    const samples = await sampler.sample({ seeds }, states);
    expect(samples.data).toEqual(ofType(all, 'samples').at(-1)!.data);

    const { model } = exportGenerator(gan, checkpoint);
    expect(model.inputs.map(({ name }) => name)).toEqual(['z']);
    const opened = await openModel(model.bytes);
    const { z } = drawLatents(new Map([['z', { ...normal([4, 2]) }]]), seeds);
    const { points } = await opened.run({ z: { data: z!, shape: [4, 2] } });
    expect(Math.max(...samples.data.map((value, i) => Math.abs(value - Number(points![i]))))).toBeLessThan(
      1e-6,
    );
    await opened.release();

    const lost = await compileSampler(interpreterExecutor, { gan, config, data });
    await expect(lost.sample({ seeds }, states)).rejects.toThrow(
      "growing: reads the schedule 'fade', so it must be known how far the run is",
    );
  });
});
