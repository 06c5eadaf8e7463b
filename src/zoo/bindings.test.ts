import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { imageDataset } from '../data/dataset.ts';
import { openPoints } from '../data/points.ts';
import { resolveConfig } from '../gan/config.ts';
import { sizeOf } from '../graph/shape.ts';
import type { BindingName } from '../runtime/node/binding.ts';
import { nodeExecutorWith } from '../runtime/node.ts';
import { train } from '../train/loop.ts';
import { zoo } from './index.ts';

const shape = [1, 16, 16] as const;
const pixels = Uint8Array.from({ length: 32 * sizeOf(shape) }, (_, i) => (i * i * 31) % 251);
const labels = Int32Array.from({ length: 32 }, (_, i) => i % 2);
const data = {
  images: imageDataset({ name: 'pattern', shape, classes: ['even', 'odd'], labels, pixels, settings: '' }),
  points: openPoints('ring'),
};

// A run may go on with the other binding, so no bit may differ.
it.each(zoo.flatMap((gan) => gan.data.map((kind) => ({ gan, kind }))))(
  '$gan.name on $kind comes to the same bits with either binding',
  async ({ gan, kind }) => {
    const { shape: settings } = gan.config;
    const small = {
      batch: 4,
      ...('width' in settings ? { width: 4 } : {}),
      ...('style' in settings ? { style: 8 } : {}),
      ...('generator' in settings ? { generator: [16], critic: [16] } : {}),
    };
    const config = resolveConfig(gan, small, data[kind]);
    async function follow(binding: BindingName) {
      const options = { gan, config, data: data[kind], executor: nodeExecutorWith(binding), threads: 2 };
      const found: unknown[] = [];
      for await (const event of train({ ...options, steps: 3, sampleCount: 3 })) {
        if (event.type === 'step') found.push(event.metrics);
        else if (event.type === 'checkpoint')
          found.push(createHash('sha256').update(event.bytes).digest('hex'));
        else if (event.type === 'samples') found.push(event);
      }
      return found;
    }
    const [direct, plain] = [await follow('direct'), await follow('plain')];
    expect(plain).toHaveLength(7);
    expect(direct).toEqual(plain);
  },
);
