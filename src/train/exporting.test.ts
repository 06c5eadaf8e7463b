import { describe, expect, test } from 'vitest';
import type { DataShape } from '../base/dataShape.ts';
import { randomStream } from '../base/random.ts';
import type { AnyGan } from '../gan/defineGan.ts';
import { buildScorer } from '../gan/scorer.ts';
import { sizeOf } from '../graph/shape.ts';
import { interpreterExecutor } from '../runtime/interpreter.ts';
import { openModel } from '../runtime/node.ts';
import { zoo } from '../zoo/index.ts';
import type { Checkpoint } from './checkpoint.ts';
import { exportCritic, exportGenerator } from './exporting.ts';
import { drawLatents } from './feeds.ts';
import { compileSampler } from './sampling.ts';
import { untrained } from './untrained.testing.ts';

const images: DataShape = { kind: 'images', shape: [3, 16, 16], classes: ['cat', 'dog'] };
const points: DataShape = { kind: 'points', shape: [2], classes: [] };

/** Largest difference between the model on ONNX Runtime and the generator in float64, relative to the largest value above 1. */
async function difference(
  { gan, config, progress, states, checkpoint }: ReturnType<typeof untrained>,
  averaged: boolean,
  batch: number,
): Promise<number> {
  const { data } = checkpoint.info;
  const sampler = await compileSampler(
    interpreterExecutor,
    { gan, config, data, progress },
    { batch, averaged },
  );
  const seeds = Array.from({ length: batch }, (_, i) => i);
  const expected = await sampler.sample({ seeds }, states);
  const { model, output } = exportGenerator(gan, checkpoint, { averaged });
  const { shape, distribution } = gan.inputs(config, data).z!;
  const { z } = drawLatents(new Map([['z', { shape: [batch, ...shape], distribution }]]), seeds);
  const label = Int32Array.from(seeds, (seed) => seed % Math.max(data.classes.length, 1));
  const controls = Object.entries(gan.controls?.(config) ?? {});
  const fed = {
    z: { data: z!, shape: [batch, ...shape] },
    ...Object.fromEntries(
      controls.map(([name, c]) => [name, { data: Float32Array.of(c.default), shape: [] }]),
    ),
    ...(sampler.conditional ? { label: { data: label, shape: [batch] } } : {}),
  };
  const opened = await openModel(model.bytes);
  const found = (await opened.run(fed))[output]!;
  await opened.release();
  expect(found.length).toBe(expected.data.length);
  // StyleGAN2's pictures have no bounds.
  const magnitude = Math.max(1, ...Array.from(expected.data, Math.abs));
  return Math.max(...Array.from(found, (value, i) => Math.abs(value - expected.data[i]!))) / magnitude;
}

describe('an exported generator', () => {
  const dcgan = untrained('dcgan', images, { width: 4, latent: 5 });

  test.each([1, 3])('computes what the generator computes, for a batch of %i', async (batch) => {
    expect(await difference(dcgan, true, batch)).toBeLessThan(1e-6);
    expect(await difference(dcgan, false, batch)).toBeLessThan(1e-6);
    const toy = untrained('gan', points, { generator: [8], critic: [8] });
    expect(await difference(toy, true, batch)).toBeLessThan(1e-6);
  });

  const all = zoo.flatMap(({ name, data, config }) =>
    data.map((kind) => ({ name, kind, settings: 'width' in config.shape ? { width: 4 } : {} })),
  );
  test.each(all)(
    'of $name on $kind computes what the generator computes',
    async ({ name, kind, settings }) => {
      const data = kind === 'images' ? images : { ...points, classes: ['a', 'b', 'c'] };
      expect(await difference(untrained(name, data, settings), true, 4)).toBeLessThan(1e-5);
    },
  );

  test('differs between averaged and live weights', async () => {
    const averaged = exportGenerator(dcgan.gan, dcgan.checkpoint).model.bytes;
    const live = exportGenerator(dcgan.gan, dcgan.checkpoint, { averaged: false }).model.bytes;
    expect(Buffer.from(averaged).equals(Buffer.from(live))).toBe(false);
  });

  test('names its inputs and output, leaves the batch open, and holds its parameters', () => {
    const { model, output } = exportGenerator(dcgan.gan, dcgan.checkpoint);
    const ports = (list: typeof model.inputs) =>
      list.map(({ name, shape, dtype }) => ({ name, shape, dtype }));
    expect(output).toBe('images');
    expect(ports(model.inputs)).toEqual([{ name: 'z', shape: [-1, 5], dtype: 'float32' }]);
    expect(ports(model.outputs)).toEqual([{ name: 'images', shape: [-1, 3, 16, 16], dtype: 'float32' }]);
    expect([model.states, model.updates]).toEqual([[], []]);
    const toy = untrained('gan', points, { generator: [8], critic: [8] });
    expect(exportGenerator(toy.gan, toy.checkpoint).model.outputs[0]!.name).toBe('points');
  });

  test('tells in its metadata what a stranger needs', () => {
    const text = Buffer.from(
      exportGenerator(dcgan.gan, dcgan.checkpoint, { metadata: { weights: 'averaged' } }).model.bytes,
    ).toString('latin1');
    for (const part of [
      /value_range.{2}\[-1, 1\]/s,
      /output_shape.{2}\[batch, 3, 16, 16\]/s,
      /step.{2}7/s,
      /gan.{2}dcgan/s,
      /classes.{2}\["cat","dog"\]/s,
      /weights.{2}averaged/s,
      /"z":\{"shape":"\[batch, 5\]","type":"float32","distribution":\{"kind":"normal","mean":0,"std":1\}\}/,
    ]) {
      expect(text).toMatch(part);
    }
  });

  test('is refused when the checkpoint lacks a parameter or holds another size of it', () => {
    const without = (change: (tensors: Checkpoint['tensors']) => void): (() => unknown) => {
      const tensors = new Map(dcgan.checkpoint.tensors);
      change(tensors);
      return () => exportGenerator(dcgan.gan as AnyGan, { ...dcgan.checkpoint, tensors });
    };
    const name = [...dcgan.checkpoint.tensors.keys()].find((key) => key.startsWith('average/G/'))!;
    expect(without((tensors) => tensors.delete(name))).toThrow(
      `dcgan needs '${name}' of [${dcgan.checkpoint.tensors.get(name)!.shape.join(', ')}], but the checkpoint does not hold it`,
    );
    expect(
      without((tensors) => tensors.set(name, { dtype: 'F32', shape: [1], data: new Float32Array(1) })),
    ).toThrow('but the checkpoint holds it as [1]');
  });
});

describe('an exported critic', () => {
  const systems = zoo.flatMap(({ name, data, config }) =>
    data.map((kind) => ({ name, kind, settings: 'width' in config.shape ? { width: 4 } : {} })),
  );
  const dataOf = (kind: string) => (kind === 'images' ? images : { ...points, classes: ['a', 'b', 'c'] });

  /** Those whose scores do not depend on the other examples of a batch. */
  const alone = ({ name, kind, settings }: (typeof systems)[number]) => {
    const { packing = 1, minibatchStd = 0 } = untrained(name, dataOf(kind), settings).config as {
      packing?: number;
      minibatchStd?: number;
    };
    return packing === 1 && minibatchStd === 0;
  };

  test.each(systems.filter(alone))(
    'of $name on $kind says what the critic says',
    async ({ name, kind, settings }) => {
      const data = dataOf(kind);
      const { gan, config, states, checkpoint } = untrained(name, data, settings);
      const batch = 4;
      const { program } = buildScorer(gan, config, data, { batch })!;
      const real = randomStream(1, 'examples').fillUniform(
        new Float32Array(batch * sizeOf(data.shape)),
        -1,
        1,
      );
      const label = Int32Array.from({ length: batch }, (_, i) => i % data.classes.length);
      const compiled = await interpreterExecutor.compile(program);
      const model = exportCritic(gan, checkpoint);
      const conditional = model.inputs.some((port) => port.name === 'label');
      const expected = (await compiled.run(conditional ? { real, label } : { real }, states)).outputs.scores!;
      expect(model.outputs.map(({ shape }) => shape)).toEqual([[-1, expected.length / batch]]);
      const opened = await openModel(model.bytes);
      const fed = {
        [data.kind]: { data: real, shape: [batch, ...data.shape] },
        ...(conditional ? { label: { data: label, shape: [batch] } } : {}),
      };
      const found = (await opened.run(fed)).scores!;
      await opened.release();
      expect(Math.max(...Array.from(found, (value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(1e-5);
    },
  );

  test.each(systems.filter((system) => !alone(system)))(
    'of $name on $kind is refused, since it judges several examples at once',
    ({ name, kind, settings }) => {
      const { gan, checkpoint } = untrained(name, dataOf(kind), settings);
      expect(() => exportCritic(gan, checkpoint)).toThrow(
        /its critic cannot be exported, since what it says of one example depends on others/,
      );
    },
  );

  test('is refused where there is none', () => {
    const { gan, checkpoint } = untrained('dcgan', images, { width: 4, latent: 5 });
    const alone = {
      ...gan,
      networks: (...given: Parameters<typeof gan.networks>) => ({ G: gan.networks(...given).G! }),
    };
    expect(() => exportCritic(alone as AnyGan, checkpoint)).toThrow(/dcgan has no critic D/);
  });
});
