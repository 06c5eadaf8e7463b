import { it } from 'vitest';
import { assertSameWeights } from '../browser/webgpu.ts';

/* What the usual suite shows of a picture GAN, of one of points. */

it('a GAN of points: the same weights as on WebAssembly', (context) =>
  assertSameWeights('trainToy', context));
