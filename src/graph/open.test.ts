import { describe, expect, it } from 'vitest';
import {
  add,
  averagePool,
  broadcast,
  concat,
  conv,
  convTranspose,
  exp,
  filterResample,
  flatten,
  gather,
  grad,
  input,
  interpret,
  logsumexp,
  matmul,
  max,
  mean,
  OPEN,
  pad,
  padEdge,
  padReflect,
  pixelShuffle,
  reshape,
  resize,
  simplify,
  slice,
  sum,
  type Tensor,
  transpose,
  upsampleNearest,
  where,
  zeros,
} from './index.ts';

const rows = input('rows', [OPEN, 6]);
const images = input('images', [OPEN, 4, 6, 6]);
const kernel = input('kernel', [8, 4, 3, 3]);
const weight = input('weight', [6, 5]);

const allowed: [name: string, result: () => Tensor, shape: number[]][] = [
  ['a dense layer', () => add(matmul(rows, weight), input('b', [5])), [OPEN, 5]],
  ['elementwise operations', () => exp(where(rows.greater(0), rows, 0)), [OPEN, 6]],
  ['reshape', () => reshape(rows, [OPEN, 2, 3]), [OPEN, 2, 3]],
  ["reshape with a 'rest' of features", () => reshape(images, [OPEN, 'rest']), [OPEN, 144]],
  ["reshape with a 'rest' that is the batch", () => reshape(rows, ['rest', 6]), [OPEN, 6]],
  ['flatten', () => flatten(images), [OPEN, 144]],
  ['transpose behind the batch', () => transpose(images, [0, 2, 3, 1]), [OPEN, 6, 6, 4]],
  ['broadcast of an open tensor', () => broadcast(rows.reshape([OPEN, 6, 1]), [OPEN, 6, 3]), [OPEN, 6, 3]],
  ['slice of features', () => slice(rows, 1, 2, 5), [OPEN, 3]],
  ['pad of rows', () => pad(images, 2, 1, 2), [OPEN, 4, 9, 6]],
  ['concat of features', () => concat([rows, rows], 1), [OPEN, 12]],
  ['gather', () => gather(input('table', [10, 3]), input('label', [OPEN], 'int32')), [OPEN, 3]],
  ['sum over features', () => sum(rows, { axes: 1 }), [OPEN]],
  ['mean over pixels', () => mean(images, { axes: [2, 3], keep: true }), [OPEN, 4, 1, 1]],
  ['max over features', () => max(rows, { axes: 1 }), [OPEN]],
  ['logsumexp over features', () => logsumexp(rows, { axes: -1 }), [OPEN]],
  ['conv', () => conv(images, kernel, { padding: 1 }), [OPEN, 8, 6, 6]],
  [
    'convTranspose',
    () => convTranspose(images, input('up', [4, 3, 4, 4]), { stride: 2, padding: 1 }),
    [OPEN, 3, 12, 12],
  ],
  ['averagePool of tiles', () => averagePool(images, 2), [OPEN, 4, 3, 3]],
  ['averagePool of overlapping windows', () => averagePool(images, 3, { stride: 2 }), [OPEN, 4, 2, 2]],
  ['upsampleNearest', () => upsampleNearest(images, 2), [OPEN, 4, 12, 12]],
  ['resize', () => resize(images, [3, 9]), [OPEN, 4, 3, 9]],
  ['pixelShuffle', () => pixelShuffle(images, 2), [OPEN, 1, 12, 12]],
  [
    'filterResample',
    () => filterResample(images, [1, 3, 3, 1], { up: 2, padding: [2, 1] }),
    [OPEN, 4, 12, 12],
  ],
  ['padReflect', () => padReflect(images, 3, 1, 2), [OPEN, 4, 6, 9]],
  ['padEdge', () => padEdge(images, 2, 2, 0), [OPEN, 4, 8, 6]],
];

const refused: [name: string, call: () => unknown, message: string][] = [
  [
    'mean over the batch',
    () => mean(rows),
    'mean: the batch axis of [batch, 6] is open, so it cannot be reduced; build for a fixed batch size',
  ],
  ['sum over the batch', () => sum(rows, { axes: 0 }), 'sum: the batch axis of [batch, 6] is open'],
  ['max over the batch', () => max(rows, { axes: [0, 1] }), 'max: the batch axis'],
  ['logsumexp over the batch', () => logsumexp(rows), 'logsumexp: the batch axis'],
  [
    'a product that sums over it',
    () => matmul(rows, rows, { transposeA: true }),
    'matmul: [batch, 6] times [batch, 6] would sum over the open batch',
  ],
  [
    'a table of pairs of it',
    () => matmul(rows, rows, { transposeB: true }),
    'matmul: an open batch must stay the first axis, not become [batch, batch]',
  ],
  [
    'moving it',
    () => transpose(rows),
    'transpose: an open batch must stay the first axis, not become [6, batch]',
  ],
  [
    'merging it',
    () => reshape(rows, ['rest', 3]),
    'reshape: [batch, 6] does not divide by the known sizes of [rest, 3]',
  ],
  [
    'reshaping it away',
    () => reshape(rows, [6]),
    'reshape: [batch, 6] does not hold as many elements as [6]',
  ],
  ['another place for it', () => reshape(rows, [6, OPEN]), 'reshape: an open batch must stay the first axis'],
  [
    'slicing it',
    () => slice(rows, 0, 0, 1),
    'slice: the batch axis of [batch, 6] is open, so it cannot be sliced',
  ],
  [
    'padding it',
    () => pad(rows, 0, 1, 1),
    'pad: the batch axis of [batch, 6] is open, so it cannot be padded',
  ],
  ['reflecting it', () => padReflect(rows, 0, 1, 1), 'padReflect: the batch axis'],
  ['repeating its ends', () => padEdge(rows, 0, 1, 1), 'padEdge: the batch axis'],
  [
    'concat along it',
    () => concat([rows, input('y', [2, 6])], 0),
    'concat: the batch axis of [batch, 6] is open, so it cannot be continued',
  ],
  [
    'repeating a constant over it',
    () => zeros([OPEN, 6]),
    'broadcast: [] cannot be repeated over an open batch; combine it with a tensor that has the batch axis',
  ],
  [
    'repeating one row over it',
    () => broadcast(input('r', [1, 6]), [OPEN, 6]),
    'broadcast: [1, 6] cannot be repeated',
  ],
  [
    'the gradient of a weight',
    () => grad(matmul(rows, weight), [weight], input('gy', [OPEN, 5])),
    'would sum over the open batch',
  ],
  [
    'the gradient of a kernel',
    () => grad(conv(images, kernel), [kernel], input('gy', [OPEN, 8, 4, 4])),
    'gradient of conv: the batch axis',
  ],
  [
    'the gradient of a bias',
    () => grad(add(rows, weight.slice(1, 0, 1).reshape([6])), [weight], rows),
    'sum: the batch axis',
  ],
  [
    'evaluation',
    () => interpret([exp(rows)]),
    'interpreter: the batch size of [batch, 6] is open; build the program for a fixed batch size',
  ],
];

describe('an open batch', () => {
  it.each(allowed)('passes through %s', (_, result, shape) => {
    expect(result().shape).toEqual(shape);
    expect(simplify([result()])[0]!.shape).toEqual(shape);
  });

  it.each(refused)('refuses %s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});
