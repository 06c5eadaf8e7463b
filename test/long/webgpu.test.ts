import { it } from 'vitest';
import { assertSameWeights, assertSameWeightsInNode } from '../browser/webgpu.ts';

/* The GANs that the usual suite trains in the other place: in the browser one of points, in Node one of pictures. */

it('a GAN of points: the same weights as on WebAssembly', (context) =>
  assertSameWeights('trainToy', context));

it('a picture GAN comes to the same weights in Node', (context) =>
  assertSameWeightsInNode('trainDcgan', context));
