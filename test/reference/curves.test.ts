import { describe, expect, test } from 'vitest';
import { nodeExecutor } from '../../src/runtime/node.ts';
import { blobs, curveDistance, runCurve } from './curveRun.ts';
import { readFixture } from './fixture.ts';

describe.each(['curve-gan', 'curve-dcgan', 'curve-wgan-gp'])('%s: 200 steps on ONNX Runtime', (name) => {
  const fixture = readFixture(name);

  // Adam's first moves depend on the sign of a gradient alone, and so do kinks on the sign of a unit: where rounding
  // decides one, two float32 runs part by a little, as PyTorch's float32 and float64 runs do.
  test("the losses lie on PyTorch's", { timeout: 120_000 }, async () => {
    const curves = await runCurve(fixture, nodeExecutor);
    const expected = [...fixture.tensors].filter(([key]) => !key.includes('64/'));
    expect([...curves.keys()].sort()).toEqual(expected.map(([key]) => key).sort());
    for (const [key, { data }] of expected) {
      const curve = curves.get(key)!;
      for (let i = 0; i < 3; i++) {
        expect(Math.abs(curve[i]! - data[i]!) / Math.abs(data[i]!), `${key}, run ${i}`).toBeLessThan(1e-5);
      }
      expect(curveDistance(curve, data).mean, key).toBeLessThan(0.02);
    }
  });

  test('the images are those PyTorch saw', () => {
    const { batch, image, images } = fixture.settings;
    const size = image[1];
    const { name: key, image: index, y, pixels } = images.example;
    const start = (index * size + y) * size;
    expect([...blobs(key, batch, size).subarray(start, start + size)]).toEqual(pixels);
  });
});
