import { expect, test } from 'vitest';
import * as web from './web.ts';

test('points, IDX bytes and batches need no file system', () => {
  expect(web.openPoints('ring').count).toBe(web.POINT_COUNT);
  const images = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 255);
  const data = web.openIdx(images, Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 1, 0));
  const indices = web.batchOrder({ seed: 1, count: data.count, batch: 2 })(0);
  const { real, labels } = data.read(indices);
  for (const [i, label] of labels.entries()) expect(real[i]).toBe(label === 1 ? -1 : 1);
});
