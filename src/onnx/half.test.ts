import { describe, expect, it } from 'vitest';
import { conv, grad, input, matmul, sum, type Tensor } from '../graph/index.ts';
import { type Shape, sizeOf } from '../graph/shape.ts';
import type { Precision } from '../runtime/executor.ts';
import { nodeExecutor } from '../runtime/node.ts';
import { onnxText } from './text.ts';

const programOf = (y: Tensor) => ({ name: 'test', outputs: new Map([['y', y]]), updates: new Map() });

it('writes a product in float16 between scaled operands and a scaled result, and nothing else', () => {
  const [a, b] = [input('a', [2, 3]), input('b', [3, 4])];
  expect(onnxText(programOf(matmul(a, b).add(1)), { precision: 'float16' })).toMatchInlineSnapshot(`
    "program test
    input a: float32[2, 3]
    input b: float32[3, 4]
    constant_0: float32[] = 1.1754943508222875e-38
    constant_1: float32[] = 1
    matmul_0/Abs = Abs(a)
    matmul_0/ReduceMax = ReduceMax(matmul_0/Abs, keepdims=0)
    matmul_0/Max = Max(matmul_0/ReduceMax, constant_0)
    matmul_0/Div = Div(a, matmul_0/Max)
    matmul_0/Cast = Cast(matmul_0/Div, to=10)
    matmul_0/Abs_2 = Abs(b)
    matmul_0/ReduceMax_2 = ReduceMax(matmul_0/Abs_2, keepdims=0)
    matmul_0/Max_2 = Max(matmul_0/ReduceMax_2, constant_0)
    matmul_0/Div_2 = Div(b, matmul_0/Max_2)
    matmul_0/Cast_2 = Cast(matmul_0/Div_2, to=10)
    matmul_0/MatMul = MatMul(matmul_0/Cast, matmul_0/Cast_2)
    matmul_0/Mul = Mul(matmul_0/Max, matmul_0/Max_2)
    matmul_0/Cast_3 = Cast(matmul_0/MatMul, to=1)
    matmul_0/Mul_2 = Mul(matmul_0/Cast_3, matmul_0/Mul)
    y = Add(matmul_0/Mul_2, constant_1)
    output y = y: float32[2, 4]"
  `);
});

/** Gradient in a weight of ones of the convolution of x with it, as ONNX Runtime computes it on the processor. */
async function weightGradient(
  [x, y]: readonly [Shape, Shape],
  [xValue, cotangent]: readonly [number, number],
  precision: Precision,
): Promise<number[]> {
  const [image, gy] = [input('x', x), input('gy', y)];
  const weight = input('w', [y[1]!, x[1]!, 1, 1]);
  const [gradient] = grad(sum(conv(image, weight).mul(gy)), [weight]);
  const compiled = await nodeExecutor.compile(programOf(gradient!), { precision, threads: 1 });
  const filled = (shape: Shape, value: number) => new Float32Array(sizeOf(shape)).fill(value);
  const feeds = { x: filled(x, xValue), gy: filled(y, cotangent) };
  const { outputs } = await compiled.run(feeds, nodeExecutor.createStates());
  await compiled.release();
  return Array.from(outputs.y!);
}

// The processor has no kernel in float16 for the product itself, but transposes its operands and its result in float16.
describe('in float16', () => {
  const small: [Shape, Shape] = [
    [1, 2, 2, 2],
    [1, 3, 2, 2],
  ];
  const all = (value: number) => Array.from({ length: 6 }, () => expect.closeTo(value, 12));

  it('cotangents too small for it come through', async () => {
    const [found] = await weightGradient(small, [1, 1e-12], 'float16');
    expect(found).toBeGreaterThan(3.99e-12);
    expect(found).toBeLessThan(4.01e-12);
  });

  it('zeros stay zeros', async () => {
    expect(await weightGradient(small, [0, 1], 'float16')).toEqual(all(0));
    expect(await weightGradient(small, [0, 0], 'float16')).toEqual(all(0));
  });

  it('what is not finite stays so', async () => {
    expect(await weightGradient(small, [1, Infinity], 'float16')).toEqual(Array(6).fill(NaN));
    expect(await weightGradient(small, [NaN, 1], 'float16')).toEqual(Array(6).fill(NaN));
  });

  it('values and sums beyond 65504 come through', async () => {
    const many: [Shape, Shape] = [
      [1, 2, 512, 256],
      [1, 3, 512, 256],
    ];
    expect(await weightGradient(small, [2 ** 20, 1], 'float16')).toEqual(all(2 ** 22));
    expect(await weightGradient(many, [1, 1], 'float16')).toEqual(all(2 ** 17));
  });
});
