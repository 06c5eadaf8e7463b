import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors } from '../../base/safetensors.ts';
import {
  add,
  averagePool,
  conv,
  convTranspose,
  evaluate,
  filterResample,
  gather,
  grad,
  input,
  leakyRelu,
  matmul,
  pad,
  padEdge,
  padReflect,
  pixelShuffle,
  reshape,
  resize,
  simplify,
  softplus,
  type Tensor,
} from '../index.ts';

// Values and gradients of PyTorch in float64; see reference/README.md.
const path = new URL('../../../reference/fixtures/layers.safetensors', import.meta.url);
const { tensors, metadata } = decodeSafetensors(readFileSync(path), 'layers.safetensors');

interface Settings {
  kind: string;
  [name: string]: unknown;
}
const cases: Record<string, Settings> = JSON.parse(metadata.settings!).cases;

type Pair = readonly [number, number];
type Layer = (x: Tensor, params: { weight: Tensor; bias: Tensor }, settings: never) => Tensor;

const withBias = (y: Tensor, bias: Tensor) => add(y, reshape(bias, [1, 'rest', 1, 1]));

/** PyTorch pads both ends of an axis alike: one number, or [vertical, horizontal]. */
const sides = (padding: number | Pair) =>
  typeof padding === 'number' ? padding : ([...padding, ...padding] as [number, number, number, number]);

type ConvSettings = { stride: Pair; padding: number | Pair; dilation: Pair; groups: number };

const layers: Record<string, Layer> = {
  dense: (x, { weight, bias }) => add(matmul(x, weight, { transposeB: true }), bias),
  embedding: (x, { weight }) => gather(weight, x),
  conv: (x, { weight, bias }, { stride, padding, dilation, groups }: ConvSettings) =>
    withBias(conv(x, weight, { stride, padding: sides(padding), dilation, groups }), bias),
  transposedConv: (
    x,
    { weight, bias },
    { stride, padding, dilation, groups, outputPadding }: ConvSettings & { outputPadding: Pair },
  ) =>
    withBias(
      convTranspose(x, weight, { stride, padding: sides(padding), dilation, groups, outputPadding }),
      bias,
    ),
  resize: (
    x,
    _,
    { size, mode, alignCorners }: { size: Pair; mode: 'nearest' | 'bilinear'; alignCorners: boolean | null },
  ) => resize(x, size, mode, { alignCorners: alignCorners ?? false }),
  averagePool: (x, _, { kernel, stride }: { kernel: number; stride: number }) =>
    averagePool(x, kernel, { stride }),
  pixelShuffle: (x, _, { factor }: { factor: number }) => pixelShuffle(x, factor),
  pad: (
    x,
    _,
    {
      mode,
      left,
      right,
      top,
      bottom,
    }: { mode: string } & Record<'left' | 'right' | 'top' | 'bottom', number>,
  ) => {
    const along = { constant: pad, reflect: padReflect, replicate: padEdge }[mode]!;
    return along(along(x, 2, top, bottom), 3, left, right);
  },
  fir: (
    x,
    _,
    {
      kernel,
      pad: padding,
      ...rest
    }: { kernel: number[]; pad: Pair; up: number; down: number; gain: number },
  ) => {
    const total = kernel.reduce((sum, tap) => sum + tap);
    return filterResample(
      x,
      kernel.map((tap) => tap / total),
      { padding, ...rest },
    );
  },
  leakyRelu: (x, _, { slope }: { slope: number }) => leakyRelu(x, slope),
  softplus: (x) => softplus(x),
};

const stored = (name: string) => tensors.get(name)!;
const numbersOf = (name: string) => stored(name).data as Float64Array;

/** Largest difference, relative to the largest number. */
function distance(actual: Float64Array, expected: Float64Array): number {
  expect(actual.length).toBe(expected.length);
  const largest = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return actual.reduce((most, x, i) => Math.max(most, Math.abs(x - expected[i]!)), 0) / largest;
}

const covered = Object.entries(cases).filter(([, { kind }]) => kind in layers);

describe.each(covered)('%s', (name, { kind, ...settings }) => {
  const x = input('input', stored(`${name}/input`).shape, kind === 'embedding' ? 'int64' : 'float32');
  const params = [...tensors.keys()].flatMap((key) => key.split(`${name}/param/`)[1] ?? []);
  const leaves = Object.fromEntries([
    ['input', numbersOf(`${name}/input`)],
    ...params.map((param) => [param, numbersOf(`${name}/param/${param}`)]),
  ]);
  const parameters = Object.fromEntries(
    params.map((param) => [param, input(param, stored(`${name}/param/${param}`).shape)]),
  ) as { weight: Tensor; bias: Tensor };
  const y = layers[kind]!(x, parameters, settings as never);

  it('gives the output of PyTorch', () => {
    expect(y.shape).toEqual(stored(`${name}/output`).shape);
    expect(distance(evaluate(y, leaves), numbersOf(`${name}/output`))).toBeLessThan(1e-13);
  });

  it('gives the gradients of PyTorch, simplified or not', () => {
    const cotangent = input('cotangent', y.shape);
    const given = { ...leaves, cotangent: numbersOf(`${name}/cotangent`) };
    const wanted = Object.entries({ input: x, ...parameters }).filter(([, leaf]) => leaf.dtype === 'float32');
    const gradients = grad(
      y,
      wanted.map(([, leaf]) => leaf),
      cotangent,
    );
    const simplified = simplify(gradients);
    wanted.forEach(([leaf], i) => {
      const expected = numbersOf(`${name}/grad/${leaf}`);
      expect(distance(evaluate(gradients[i]!, given), expected)).toBeLessThan(1e-13);
      expect(distance(evaluate(simplified[i]!, given), expected)).toBeLessThan(1e-13);
    });
  });
});

it('covers the cases that are operations, not layers', () => {
  expect(new Set(covered.map(([, { kind }]) => kind))).toEqual(new Set(Object.keys(layers)));
});
