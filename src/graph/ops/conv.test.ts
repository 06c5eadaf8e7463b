import { describe, expect, it } from 'vitest';
import { conv, convTranspose, evaluate, grad, input, sum, type Tensor, tensor } from '../index.ts';
import { convCases } from './convCases.ts';
import { convShape, type Geometry } from './convGeometry.ts';
import { rand } from './sample.ts';

const numbers = (x: Tensor) => [...evaluate(x)];
const image = (rows: number[][]) => tensor([[rows]]);

describe('conv', () => {
  const x = image([
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
  ]);
  const weight = image([
    [1, 10],
    [100, 1000],
  ]);

  it('slides the kernel without flipping it', () => {
    expect(numbers(conv(x, weight))).toEqual([5421, 6532, 8754, 9865]);
  });

  it('pads top, left, bottom, right', () => {
    const padded = conv(x, weight, { padding: [1, 0, 0, 1] });
    expect(padded.shape).toEqual([1, 1, 3, 3]);
    expect(numbers(padded)).toEqual([2100, 3200, 300, 5421, 6532, 603, 8754, 9865, 906]);
  });

  it('strides and dilates', () => {
    expect(numbers(conv(x, image([[1]]), { stride: [2, 1] }))).toEqual([1, 2, 3, 7, 8, 9]);
    expect(numbers(conv(x, weight, { dilation: 2 }))).toEqual([1 + 30 + 700 + 9000]);
  });

  it('keeps groups apart', () => {
    const two = tensor([1, 2, 3, 4], [1, 2, 1, 2]);
    const weights = tensor([10, 100, 1000], [3, 1, 1, 1]);
    expect(() => conv(two, weights, { groups: 2 })).toThrow('3 channels do not divide into 2 groups');
    const doubled = tensor([10, 100, 1000, 10000], [4, 1, 1, 1]);
    expect(numbers(conv(two, doubled, { groups: 2 }))).toEqual([10, 20, 100, 200, 3000, 4000, 30000, 40000]);
  });

  it('sums over channels', () => {
    const two = tensor([1, 2, 3, 4], [1, 2, 1, 2]);
    expect(numbers(conv(two, tensor([10, 1], [1, 2, 1, 1])))).toEqual([13, 24]);
  });
});

describe('convTranspose', () => {
  it('paints a kernel for every pixel', () => {
    const y = convTranspose(image([[1, 2]]), image([[1, 10, 100]]), { stride: [1, 2] });
    expect(numbers(y)).toEqual([1, 10, 102, 20, 200]);
  });

  it('cuts padding off and adds outputPadding at the end', () => {
    const y = convTranspose(image([[1, 2]]), image([[1, 10, 100]]), {
      stride: [1, 2],
      padding: [0, 1, 0, 1],
      outputPadding: [0, 1],
    });
    expect(numbers(y)).toEqual([10, 102, 20, 200]);
  });
});

/** The definition, one product at a time. */
function direct(
  x: Float64Array,
  weight: Float64Array,
  shapes: { x: number[]; weight: number[] },
  geometry: Geometry,
) {
  const [batch, channels, height, width] = shapes.x as [number, number, number, number];
  const [outputs, perGroup, kernelHeight, kernelWidth] = shapes.weight as [number, number, number, number];
  const [, , outHeight, outWidth] = convShape(shapes.x, shapes.weight, geometry) as [
    number,
    number,
    number,
    number,
  ];
  const { stride, padding, dilation, groups } = geometry;
  const result: number[] = [];
  for (let n = 0; n < batch; n++)
    for (let k = 0; k < outputs; k++)
      for (let oy = 0; oy < outHeight; oy++)
        for (let ox = 0; ox < outWidth; ox++) {
          let sum = 0;
          for (let c = 0; c < perGroup; c++)
            for (let i = 0; i < kernelHeight; i++)
              for (let j = 0; j < kernelWidth; j++) {
                const row = oy * stride[0] + i * dilation[0] - padding[0];
                const column = ox * stride[1] + j * dilation[1] - padding[1];
                if (row < 0 || row >= height || column < 0 || column >= width) continue;
                const channel = Math.floor(k / (outputs / groups)) * perGroup + c;
                sum +=
                  x[((n * channels + channel) * height + row) * width + column]! *
                  weight[((k * perGroup + c) * kernelHeight + i) * kernelWidth + j]!;
              }
          result.push(sum);
        }
  return result;
}

describe.each(convCases)('case $x by $weight', ({ x, weight, geometry }) => {
  const [images, kernels] = [rand(x), rand(weight)];
  const leaves = { x: images.data, weight: kernels.data };
  const y = conv(input('x', x), input('weight', weight), geometry);

  it('agrees with the definition', () => {
    const expected = direct(images.data, kernels.data, { x: [...x], weight: [...weight] }, geometry);
    const actual = evaluate(y, leaves);
    expect(actual.length).toBe(expected.length);
    expected.forEach((value, i) => {
      expect(actual[i]).toBeCloseTo(value, 13);
    });
  });

  it('has adjoints: <conv(x, w), y> = <x, convInput(y, w)> = <w, convWeight(x, y)>', () => {
    const cotangent = rand(y.shape, 0.5, 1.5).data;
    const gradients = grad(y, y.inputs, tensor(cotangent, y.shape));
    const inner = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    const expected = inner(evaluate(y, leaves), cotangent);
    expect(inner(images.data, evaluate(gradients[0]!, leaves))).toBeCloseTo(expected, 11);
    expect(inner(kernels.data, evaluate(gradients[1]!, leaves))).toBeCloseTo(expected, 11);
  });
});

it('differentiates through a gradient in the weight', () => {
  const x = input('x', [1, 1, 1, 3]);
  const weight = input('w', [1, 1, 1, 2]);
  // y = [x0 w0 + x1 w1, x1 w0 + x2 w1], so sum((dsum(y^2)/dx)^2) is known in closed form; at w1 = 0 only w0 counts:
  // dsum(y^2)/dx = 2 w0^2 [x0, x1, 0], whose squared norm 4 w0^4 (x0^2 + x1^2) has derivative 16 w0^3 (x0^2 + x1^2).
  const y = conv(x, weight);
  const [dx] = grad(sum(y.mul(y)), [x]);
  const [dw] = grad(sum(dx!.mul(dx!)), [weight]);
  expect(evaluate(dw!, { x: [2, 3, 5], w: [2, 0] })[0]).toBeCloseTo(16 * 8 * 13, 10);
});
