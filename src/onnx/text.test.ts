import { expect, it } from 'vitest';
import { conv, input, leakyRelu, max, state } from '../graph/index.ts';
import { onnxText } from './text.ts';

const x = input('x', [8, 3, 5, 5]);
const kernel = state('kernel', [4, 3, 3, 3]);
const y = max(leakyRelu(conv(x, kernel, { stride: 2 })), { axes: [2, 3], keep: true });
const program = {
  name: 'features',
  outputs: new Map([['y', y]]),
  updates: new Map([['kernel', kernel.mul(0.5)]]),
};

it('shows inputs, states, constants, nodes and results', () => {
  expect(onnxText(program)).toMatchInlineSnapshot(`
    "program features
    input x: float32[8, 3, 5, 5]
    state kernel: float32[4, 3, 3, 3]
    constant_0: int64[2] = 2 3
    constant_1: float32[] = 0.5
    conv_0/Conv = Conv(x, kernel, strides=[2,2], pads=[0,0,0,0], dilations=[1,1], group=1)
    leakyRelu_1/LeakyRelu = LeakyRelu(conv_0/Conv, alpha=0.2)
    y = ReduceMax(leakyRelu_1/LeakyRelu, constant_0, keepdims=1)
    next/kernel = Mul(kernel, constant_1)
    output y = y: float32[8, 4, 1, 1]
    update kernel = next/kernel: float32[4, 3, 3, 3]"
  `);
});

it('shows what is exposed', () => {
  const lines = onnxText(program, { expose: true }).split('\n');
  expect(lines.filter((line) => line.startsWith('exposed'))).toMatchInlineSnapshot(`
    [
      "exposed conv_0: float32[8, 4, 2, 2]",
      "exposed leakyRelu_1: float32[8, 4, 2, 2]",
      "exposed max_2: float32[8, 4, 1, 1]",
      "exposed mul_3: float32[4, 3, 3, 3]",
    ]
  `);
});
