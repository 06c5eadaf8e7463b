import { UsageError } from '../base/errors.ts';
import type { RandomStream } from '../base/random.ts';
import { formatShape, type Shape, sizeOf } from '../graph/shape.ts';
import type { Initializer } from './scope.ts';

/** Draws from N(mean, std^2). */
export const normal =
  (std: number, mean = 0): Initializer =>
  (stream, shape) =>
    stream.fillNormal(new Float32Array(sizeOf(shape)), mean, std);

/** Draws from U(low, high). */
export const uniform =
  (low: number, high: number): Initializer =>
  (stream, shape) =>
    stream.fillUniform(new Float32Array(sizeOf(shape)), low, high);

/** Draws from U(-bound, bound). */
export const uniformBound = (bound: number): Initializer => uniform(-bound, bound);

/** Draws from N(mean, std^2) conditioned on mean +- 2 std; their standard deviation is 0.88 std. */
export const truncatedNormal =
  (std: number, mean = 0): Initializer =>
  (stream, shape) =>
    stream.fillTruncatedNormal(new Float32Array(sizeOf(shape)), mean, std, mean - 2 * std, mean + 2 * std);

/** One repeated number. */
export const constant =
  (value: number): Initializer =>
  (_, shape) =>
    new Float32Array(sizeOf(shape)).fill(value);

export const zeros: Initializer = constant(0);
export const ones: Initializer = constant(1);

/**
 * Inputs and outputs of one unit of a weight, counted as PyTorch does: [out, in, ...kernel], also for a transposed
 * convolution, whose weight is stored [in, out, ...kernel].
 *
 * @throws UsageError for a shape of fewer than two axes.
 */
export function fans(shape: Shape): { in: number; out: number } {
  requireWeight(shape);
  const taps = sizeOf(shape.slice(2));
  return { in: shape[1]! * taps, out: shape[0]! * taps };
}

function requireWeight(shape: Shape): void {
  if (shape.length < 2) {
    throw new UsageError(
      `initialiser: expects the shape of a weight, [out, in, ...], not ${formatShape(shape)}; ` +
        'use normal, uniform or constant for a vector',
    );
  }
}

export interface HeOptions {
  /** Negative slope of the leaky ReLU that follows; 0 for ReLU. Default 0. */
  slope?: number;
  /** Factor on the standard deviation. Default sqrt(2 / (1 + slope^2)). */
  gain?: number;
  /** Keep the variance of the signal going forwards ('in') or of its gradient ('out'). Default 'in'. */
  fan?: 'in' | 'out';
}

/** Standard deviation gain / sqrt(fan) (He et al. 2015, arXiv:1502.01852). */
const heStd = (shape: Shape, { slope = 0, gain = Math.sqrt(2 / (1 + slope ** 2)), fan = 'in' }: HeOptions) =>
  gain / Math.sqrt(fans(shape)[fan]);

/** Draws from N(0, gain^2 / fan) (He et al. 2015, arXiv:1502.01852): PyTorch's kaiming_normal_. */
export const heNormal =
  (options: HeOptions = {}): Initializer =>
  (stream, shape) =>
    normal(heStd(shape, options))(stream, shape);

/** Uniform draws with the variance of `heNormal`: PyTorch's kaiming_uniform_. */
export const heUniform =
  (options: HeOptions = {}): Initializer =>
  (stream, shape) =>
    uniformBound(Math.sqrt(3) * heStd(shape, options))(stream, shape);

/** Standard deviation gain sqrt(2 / (fan in + fan out)) (Glorot and Bengio 2010). */
function xavierStd(shape: Shape, gain: number): number {
  const fan = fans(shape);
  return gain * Math.sqrt(2 / (fan.in + fan.out));
}

/** Draws from N(0, 2 gain^2 / (fan in + fan out)) (Glorot and Bengio 2010). */
export const xavierNormal =
  (gain = 1): Initializer =>
  (stream, shape) =>
    normal(xavierStd(shape, gain))(stream, shape);

/** Uniform draws with the variance of `xavierNormal`. */
export const xavierUniform =
  (gain = 1): Initializer =>
  (stream, shape) =>
    uniformBound(Math.sqrt(3) * xavierStd(shape, gain))(stream, shape);

/** U(-1 / sqrt(fan in), 1 / sqrt(fan in)): how PyTorch begins the weights of its dense and convolution layers. */
export const pytorchDefault: Initializer = heUniform({ slope: Math.sqrt(5) });

/** PyTorch's initial values of the bias beside a weight of this shape. */
export const pytorchDefaultBias = (weightShape: Shape): Initializer =>
  uniformBound(1 / Math.sqrt(fans(weightShape).in));

/**
 * `gain` times a random orthogonal matrix, all equally likely (Saxe et al. 2013, arXiv:1312.6120). The weight is viewed
 * as [first axis, the rest]; its rows are orthogonal if that is wide, else its columns.
 */
export const orthogonal =
  (gain = 1): Initializer =>
  (stream, shape) => {
    requireWeight(shape);
    const rows = shape[0]!;
    const columns = sizeOf(shape.slice(1));
    const count = Math.min(rows, columns);
    const vectors = orthonormal(stream, count, Math.max(rows, columns));
    const [rowStep, columnStep] = rows <= columns ? [columns, 1] : [1, rows];
    return Float32Array.from(
      { length: rows * columns },
      (_, i) => gain * vectors[Math.floor(i / columns) * rowStep + (i % columns) * columnStep]!,
    );
  };

/**
 * `count` orthonormal vectors of the given length, one after the other: Gram-Schmidt on Gaussian vectors, which is the
 * QR decomposition whose R has a positive diagonal, so the result favours no direction (Mezzadri 2007, math-ph/0609050).
 */
function orthonormal(stream: RandomStream, count: number, length: number): Float64Array {
  const vectors = stream.fillNormal(new Float64Array(count * length));
  const vector = (k: number) => vectors.subarray(k * length, (k + 1) * length);
  for (let k = 0; k < count; k++) {
    const current = vector(k);
    // The second pass removes what rounding left of the first ("twice is enough", Giraud et al. 2005).
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < k; j++) subtractProjection(current, vector(j));
    }
    const norm = Math.sqrt(dot(current, current));
    for (let i = 0; i < length; i++) current[i]! /= norm;
  }
  return vectors;
}

function subtractProjection(x: Float64Array, unit: Float64Array): void {
  const share = dot(x, unit);
  for (let i = 0; i < x.length; i++) x[i]! -= share * unit[i]!;
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return sum;
}
