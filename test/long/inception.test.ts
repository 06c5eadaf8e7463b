import { expect, it } from 'vitest';
import { inceptionExtractor } from '../../src/features/inception.ts';
import { nodeExecutor } from '../../src/runtime/node.ts';
import { hashWeights, readInceptionFixture, relativeError, someImages } from '../reference/inception.ts';

const fixture = readInceptionFixture();
const weights = { tensors: hashWeights(fixture.settings), verified: false, hash: '' };

it('gives the same Inception features of 64 images in any batch, on one thread and on two', async () => {
  const images = someImages(64);
  const found: Float32Array[] = [];
  for (const [batch, threads] of [
    [64, 2],
    [64, 1],
    [7, 2],
    [1, 2],
  ] as const) {
    const extractor = await inceptionExtractor(nodeExecutor, weights, { batch, threads });
    found.push((await extractor.features(images)).features);
    await extractor.release();
  }
  for (const features of found) {
    expect(relativeError(features, found[0]!)).toBeLessThan(1e-5);
    expect(relativeError(features.subarray(0, 4096), fixture.get('features').data)).toBeLessThan(1e-5);
  }
});
