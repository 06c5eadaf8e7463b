import { describe, expect, it } from 'vitest';
import type { DataShape } from '../base/dataShape.ts';
import { evaluate } from '../graph/interpreter.ts';
import { input } from '../graph/ops/leaf.ts';
import { nodeExecutor } from '../runtime/node.ts';
import { untrained } from '../train/untrained.testing.ts';
import { pixelDistance } from './distance.ts';
import { openGenerator } from './generator.ts';
import { project } from './project.ts';
import { truncated } from './space.ts';

const data: DataShape = { kind: 'images', shape: [1, 16, 16], classes: [] };

async function generatorOf(system: string, settings: Record<string, unknown>) {
  const { gan, config, checkpoint } = untrained(system, data, settings);
  const states = nodeExecutor.createStates();
  for (const [name, { shape, data }] of checkpoint.tensors) {
    // The layers of an untrained DCGAN are so weak that its pictures are all but grey.
    const gain = system === 'dcgan' && name.endsWith('conv/weight') ? 20 : 1;
    states.write(
      name,
      shape,
      (data as Float32Array).map((value) => value * gain),
    );
  }
  return openGenerator(nodeExecutor, { gan, config, data, progress: { step: 7, images: 14 } }, states);
}

const TINY = { latent: 8, style: 8, mapping: 2, width: 4, maxWidth: 8 };

describe('pixelDistance', () => {
  it('is the mean of squared differences at 16, 8 and 4 pixels', () => {
    // A checkerboard of -1 and 1 against grey: 1 at full size, nothing at any coarser one.
    const board = Float64Array.from({ length: 512 }, (_, i) => ((i + Math.floor(i / 16)) % 2 ? 1 : -1));
    const far = evaluate(pixelDistance(input('a', [2, 1, 16, 16]), input('b', [2, 1, 16, 16])), {
      a: board.map((value, i) => (i < 256 ? value : 3)),
      b: new Float64Array(512),
    });
    expect(far[0]).toBeCloseTo(1 / 3, 12);
    expect(far[1]).toBeCloseTo(9, 12);
  });
});

describe('project', () => {
  it.each([
    { space: 'w', name: 'stylegan2', settings: TINY, factor: 4 },
    { space: 'w+', name: 'stylegan2', settings: TINY, factor: 10 },
    { space: 'z', name: 'stylegan2', settings: TINY, factor: 5 },
    { space: 'z', name: 'dcgan', settings: { latent: 6, width: 4 }, factor: 5 },
  ] as const)(
    'comes near a picture that $name made, in $space',
    async ({ space, name, settings, factor }) => {
      const generator = await generatorOf(name, settings);
      const made = await generator.places(generator.latents([4, 5, 6]));
      // Not far from the mean, as most pictures of a trained generator are.
      const targets = await generator.pictures(made.map((place) => truncated(place, 0.4, generator.space)));
      const steps: number[] = [];
      const found = await project(nodeExecutor, generator, targets, {
        ...{ space, steps: 150 },
        onStep: ({ step, distances }) => {
          steps.push(step);
          expect(distances).toHaveLength(3);
        },
      });
      expect(steps).toEqual(Array.from({ length: 151 }, (_, i) => i));
      for (const [i, after] of found.after.entries()) expect(after).toBeLessThan(found.before[i]! / factor);
      // A place by itself makes its picture again.
      const again = await generator.pictures(found.places);
      const largest = Math.max(...again.data.map((value, i) => Math.abs(value - found.pictures.data[i]!)));
      expect(largest).toBeLessThan(1e-4 * Math.max(1, ...targets.data.map(Math.abs)));
      expect(generator.states.names().filter((name) => name === 'explore/latent')).toEqual([]);
      await generator.release();
    },
  );

  it('gives one style to all layers in w, and to each its own in w+', async () => {
    const generator = await generatorOf('stylegan2', TINY);
    const targets = await generator.pictures(await generator.places(generator.latents([4])));
    const layersOf = async (space: 'w' | 'w+') => {
      const { places } = await project(nodeExecutor, generator, targets, { space, steps: 5 });
      const { layers, width } = generator.space;
      return new Set(
        Array.from({ length: layers }, (_, i) => places[0]!.slice(i * width, (i + 1) * width).join()),
      ).size;
    };
    expect(await layersOf('w')).toBe(1);
    expect(await layersOf('w+')).toBe(generator.space.layers);
    await generator.release();
  });

  it('refuses w where there is none, and pictures of another size', async () => {
    const generator = await generatorOf('dcgan', { latent: 6, width: 4 });
    const targets = { shape: [1, 1, 16, 16], data: new Float32Array(256) } as const;
    await expect(project(nodeExecutor, generator, targets, { space: 'w' })).rejects.toThrow(
      'dcgan has no styles w to project into; use the space z',
    );
    const small = { shape: [1, 1, 8, 8], data: new Float32Array(64) } as const;
    await expect(project(nodeExecutor, generator, small)).rejects.toThrow(
      'project: expected pictures [1, 16, 16], as dcgan makes them, got [1, 8, 8]',
    );
    await generator.release();
  });
});
