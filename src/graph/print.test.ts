import { describe, expect, it } from 'vitest';
import {
  add,
  div,
  flip,
  grad,
  input,
  leakyRelu,
  matmul,
  mean,
  mul,
  neg,
  print,
  simplify,
  softplus,
  sqrt,
  square,
  state,
  sub,
  sum,
  type Tensor,
  tensor,
} from './index.ts';

describe('print', () => {
  it('names leaves, numbers lines, writes constants where they are used', () => {
    const x = input('x', [2, 3]);
    const w = state('w', [2, 3], 'float32');
    const total = add(matmul(x, w, { transposeB: true }), tensor([-0, 0.5]));
    expect(print([flip(total, 1), total.mul(-0)])).toMatchInlineSnapshot(`
      "x: input float32[2, 3]
      w: state float32[2, 3]
      %2 = matmul(x, w, transposeB) float32[2, 2]
      %3 = add(%2, constant[2](-0, 0.5)) float32[2, 2]
      %4 = flip(%3, axis=1) float32[2, 2]
      %5 = mul(%3, -0) float32[2, 2]
      return %4, %5"
    `);
  });

  it('shortens long constants', () => {
    expect(print([tensor([1, 2, 3, 4])])).toBe('return constant[4](1, 2, 3, 4)');
    expect(print([tensor([[1], [2], [3], [4], [5]])])).toBe('return constant[5, 1](1, 2, 3, 4, ...)');
  });
});

// What a GAN trains with, as it reaches the runtime: a change that makes these longer shows.
describe('programs', () => {
  it('gradient of a dense layer under the logistic loss', () => {
    const x = input('x', [8, 3]);
    const weight = state('weight', [3, 1]);
    const bias = state('bias', [1]);
    const loss = mean(softplus(neg(add(matmul(x, weight), bias))));
    expect(print(simplify([loss, ...grad(loss, [weight, bias])]))).toMatchInlineSnapshot(`
      "x: input float32[8, 3]
      weight: state float32[3, 1]
      %2 = matmul(x, weight) float32[8, 1]
      bias: state float32[1]
      %4 = add(%2, bias) float32[8, 1]
      %5 = neg(%4) float32[8, 1]
      %6 = leakyRelu(%5, slope=0) float32[8, 1]
      %7 = stopGradient(%6) float32[8, 1]
      %8 = sub(%5, %7) float32[8, 1]
      %9 = exp(%8) float32[8, 1]
      %10 = neg(%7) float32[8, 1]
      %11 = exp(%10) float32[8, 1]
      %12 = add(%9, %11) float32[8, 1]
      %13 = log(%12) float32[8, 1]
      %14 = add(%13, %7) float32[8, 1]
      %15 = sum(%14, axes=[0]) float32[1, 1]
      %16 = reshape(%15, shape=[]) float32[]
      %17 = mul(%16, 0.125) float32[]
      %18 = div(0.125, %12) float32[8, 1]
      %19 = mul(%18, %9) float32[8, 1]
      %20 = neg(%19) float32[8, 1]
      %21 = matmul(x, %20, transposeA) float32[3, 1]
      %22 = sum(%19, axes=[0]) float32[1, 1]
      %23 = neg(%22) float32[1, 1]
      %24 = reshape(%23, shape=[1]) float32[1]
      return %17, %21, %24"
    `);
  });

  it('update by Adam', () => {
    const weight = state('weight', [4, 2]);
    const gradient = input('gradient', [4, 2]);
    const [rate, correction1, correction2] = ['rate', 'correction1', 'correction2'].map((name) =>
      input(name, []),
    );
    const average = (name: string, decay: number, next: Tensor) =>
      add(mul(state(name, [4, 2]), decay), mul(next, 1 - decay));
    const mean = average('mean', 0.5, gradient);
    const variance = average('variance', 0.999, square(gradient));
    const step = div(div(mean, correction1!), add(sqrt(div(variance, correction2!)), 1e-8));
    expect(print(simplify([sub(weight, mul(rate!, step)), mean, variance]))).toMatchInlineSnapshot(`
      "weight: state float32[4, 2]
      rate: input float32[]
      mean: state float32[4, 2]
      %3 = mul(mean, 0.5) float32[4, 2]
      gradient: input float32[4, 2]
      %5 = mul(gradient, 0.5) float32[4, 2]
      %6 = add(%3, %5) float32[4, 2]
      correction1: input float32[]
      %8 = div(%6, correction1) float32[4, 2]
      variance: state float32[4, 2]
      %10 = mul(variance, 0.999) float32[4, 2]
      %11 = mul(gradient, gradient) float32[4, 2]
      %12 = mul(%11, 0.0010000000000000009) float32[4, 2]
      %13 = add(%10, %12) float32[4, 2]
      correction2: input float32[]
      %15 = div(%13, correction2) float32[4, 2]
      %16 = sqrt(%15) float32[4, 2]
      %17 = add(%16, 1e-8) float32[4, 2]
      %18 = div(%8, %17) float32[4, 2]
      %19 = mul(rate, %18) float32[4, 2]
      %20 = sub(weight, %19) float32[4, 2]
      return %20, %6, %13"
    `);
  });

  const x = input('x', [8, 3]);
  const [w1, b1, w2, b2] = [state('w1', [3, 5]), state('b1', [5]), state('w2', [5, 1]), state('b2', [1])];
  const critic = (images: Tensor) => add(matmul(leakyRelu(add(matmul(images, w1), b1)), w2), b2);
  const slope = grad(sum(critic(x)), [x])[0]!;

  it('gradient penalty, and its gradient', () => {
    const norm = sqrt(add(sum(square(slope), { axes: 1 }), 1e-12));
    const penalty = mul(mean(square(sub(norm, 1))), 10);
    expect(print(simplify([penalty, ...grad(penalty, [w1, w2])]))).toMatchInlineSnapshot(`
      "w2: state float32[5, 1]
      %1 = reshape(w2, shape=[1,5]) float32[1, 5]
      x: input float32[8, 3]
      w1: state float32[3, 5]
      %4 = matmul(x, w1) float32[8, 5]
      b1: state float32[5]
      %6 = add(%4, b1) float32[8, 5]
      %7 = leakySlope(%6, slope=0.2) float32[8, 5]
      %8 = mul(%1, %7) float32[8, 5]
      %9 = matmul(%8, w1, transposeB) float32[8, 3]
      %10 = mul(%9, %9) float32[8, 3]
      %11 = sum(%10, axes=[1]) float32[8, 1]
      %12 = reshape(%11, shape=[8]) float32[8]
      %13 = add(%12, 1e-12) float32[8]
      %14 = sqrt(%13) float32[8]
      %15 = sub(%14, 1) float32[8]
      %16 = mul(%15, %15) float32[8]
      %17 = sum(%16, axes=[0]) float32[1]
      %18 = reshape(%17, shape=[]) float32[]
      %19 = mul(%18, 1.25) float32[]
      %20 = mul(%15, 1.25) float32[8]
      %21 = div(%20, %14) float32[8]
      %22 = reshape(%21, shape=[8,1]) float32[8, 1]
      %23 = mul(%22, 2) float32[8, 1]
      %24 = mul(%23, %9) float32[8, 3]
      %25 = matmul(%24, %8, transposeA) float32[3, 5]
      %26 = matmul(%24, w1) float32[8, 5]
      %27 = mul(%26, %7) float32[8, 5]
      %28 = broadcast(1, shape=[8,1]) float32[8, 1]
      %29 = matmul(%27, %28, transposeA) float32[5, 1]
      return %19, %25, %29"
    `);
  });

  it('R1, and its gradient', () => {
    const penalty = mul(mean(sum(square(slope), { axes: 1 })), 5);
    expect(print(simplify([penalty, ...grad(penalty, [w1, w2])]))).toMatchInlineSnapshot(`
      "w2: state float32[5, 1]
      %1 = reshape(w2, shape=[1,5]) float32[1, 5]
      x: input float32[8, 3]
      w1: state float32[3, 5]
      %4 = matmul(x, w1) float32[8, 5]
      b1: state float32[5]
      %6 = add(%4, b1) float32[8, 5]
      %7 = leakySlope(%6, slope=0.2) float32[8, 5]
      %8 = mul(%1, %7) float32[8, 5]
      %9 = matmul(%8, w1, transposeB) float32[8, 3]
      %10 = mul(%9, %9) float32[8, 3]
      %11 = sum(%10, axes=[0,1]) float32[1, 1]
      %12 = reshape(%11, shape=[]) float32[]
      %13 = mul(%12, 0.625) float32[]
      %14 = mul(%9, 1.25) float32[8, 3]
      %15 = matmul(%14, %8, transposeA) float32[3, 5]
      %16 = matmul(%14, w1) float32[8, 5]
      %17 = mul(%16, %7) float32[8, 5]
      %18 = broadcast(1, shape=[8,1]) float32[8, 1]
      %19 = matmul(%17, %18, transposeA) float32[5, 1]
      return %13, %15, %19"
    `);
  });
});
