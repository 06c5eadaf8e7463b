import { describe, expect, it } from 'vitest';
import { GansmithError, ShapeError } from '../base/errors.ts';
import {
  add,
  averagePool,
  broadcast,
  concat,
  conv,
  convTranspose,
  exp,
  filterResample,
  flip,
  gather,
  input,
  leakyRelu,
  logsumexp,
  matmul,
  max,
  maxPool,
  mean,
  OPEN,
  pad,
  padEdge,
  padReflect,
  pixelShuffle,
  reshape,
  resize,
  slice,
  sum,
  tensor,
  transpose,
  upsampleNearest,
  where,
} from './index.ts';

const x = input('x', [2, 5]);
const cube = input('cube', [2, 3, 4]);
const counts = input('counts', [2, 5], 'int32');
const image = input('image', [2, 3, 8, 8]);
const kernel = input('kernel', [6, 3, 3, 3]);
const up = input('up', [3, 4, 4, 4]);
const flag = input('flag', [2, 5], 'bool');

// Each wrong call with the whole message its user reads.
const mistakes: [call: () => unknown, message: string][] = [
  [() => tensor([[1, 2], [3]]), 'tensor: the rows differ in length'],
  [() => tensor([[1, 2], [3, 4, 5], [6]]), 'tensor: the rows differ in length'],
  [() => tensor([1, [2]]), 'tensor: the rows differ in length'],
  [() => tensor([1, 2, 3], [2, 2]), 'tensor: 3 numbers do not fill [2, 2]'],
  [() => tensor(Float64Array.of(1, 2), [OPEN, 1]), 'tensor: 2 numbers do not fill [batch, 1]'],
  [() => input('z', [2, 1.5]), "input 'z': sizes must be whole numbers from 0 up, not [2, 1.5]"],
  [() => input('z', [3, OPEN]), "input 'z': an open batch must stay the first axis, not become [3, batch]"],

  [() => add(x, input('y', [2, 4])), 'add: [2, 5] and [2, 4] do not broadcast together'],
  [() => add(x, counts), 'add: works on float32, not int32; cast it first'],
  [() => exp(flag), 'exp: works on float32, not bool; cast it first'],
  [() => where(x, 1, 0), 'where: the condition must be bool, not float32; compare it with something'],
  [() => where(flag, counts, 0), 'where: both choices need one element type, not int32 and float32'],
  [() => where(flag, input('y', [4]), 0), 'where: [2, 5] and [4] do not broadcast together'],
  [() => leakyRelu(x, 1.5), 'leakyRelu: the slope must be in [0, 1], not 1.5'],
  [() => leakyRelu(x, -0.1), 'leakyRelu: the slope must be in [0, 1], not -0.1'],

  [() => reshape(cube, [5, 5]), 'reshape: [2, 3, 4] does not hold as many elements as [5, 5]'],
  [() => reshape(cube, [5, 'rest']), 'reshape: [2, 3, 4] does not divide by the known sizes of [5, rest]'],
  [() => reshape(cube, [0, 'rest']), 'reshape: [2, 3, 4] does not divide by the known sizes of [0, rest]'],
  [() => reshape(cube, ['rest', 'rest']), "reshape: only one size of [rest, rest] can be 'rest'"],
  [
    () => reshape(cube, [6, -1]),
    "reshape: [2, 3, 4] has no open batch to keep; a size that follows from the others is 'rest', not -1",
  ],
  [() => transpose(cube, [0, 1]), 'transpose: [0, 1] is not an order of the axes of [2, 3, 4]'],
  [() => transpose(cube, [0, 1, 1]), 'transpose: [0, 1, 1] is not an order of the axes of [2, 3, 4]'],
  [() => transpose(cube, [0, 1, 3]), 'transpose: [0, 1, 3] is not an order of the axes of [2, 3, 4]'],
  [() => broadcast(x, [2, 6]), 'broadcast: [2, 5] and [2, 6] do not broadcast together'],
  [() => broadcast(cube, [3, 4]), 'broadcast: [2, 3, 4] does not stretch to [3, 4]'],
  [() => broadcast(x, [2, 1]), 'broadcast: [2, 5] does not stretch to [2, 1]'],

  [() => slice(x, 1, 4, 9), 'slice: [4, 9) does not fit axis 1 of [2, 5]'],
  [() => slice(x, 1, 3, 3), 'slice: [3, 3) does not fit axis 1 of [2, 5]'],
  [() => slice(x, 1, -2, 3), 'slice: [-2, 3) does not fit axis 1 of [2, 5]'],
  [() => slice(x, 0, 0.5, 2), 'slice: [0.5, 2) does not fit axis 0 of [2, 5]'],
  [() => slice(x, 2, 0, 1), 'slice: axis 2 does not exist in [2, 5]'],
  [() => slice(x, -3, 0, 1), 'slice: axis -3 does not exist in [2, 5]'],
  [() => pad(x, 1, -1, 0), 'pad: amounts must be 0 or more, in whole numbers, not -1, 0'],
  [() => flip(x, 7), 'flip: axis 7 does not exist in [2, 5]'],
  [() => concat([], 0), 'concat: expects at least one tensor, got none'],
  [() => concat([x, input('y', [3, 5])], 1), 'concat: [3, 5] does not continue [2, 5] along axis 1'],
  [() => concat([cube, x], 2), 'concat: [2, 5] does not continue [2, 3, 4] along axis 2'],
  [() => concat([x, counts], 0), 'concat: parts need one element type, not float32 and int32'],
  [() => gather(x, x), 'gather: indices must be int32 or int64, not float32'],
  [() => gather(tensor(1), counts), 'gather: the table needs rows, it is a scalar'],

  [() => sum(x, { axes: [0, -2] }), 'sum: axes [0, -2] name an axis of [2, 5] more than once'],
  [() => mean(x, { axes: 2 }), 'mean: axis 2 does not exist in [2, 5]'],
  [() => max(counts), 'max: works on float32, not int32; cast it first'],
  [() => logsumexp(x, { axes: [0.5] }), 'logsumexp: axis 0.5 does not exist in [2, 5]'],

  [() => matmul(x, input('w', [4, 2])), 'matmul: [2, 5] times [4, 2] does not fit'],
  [
    () => matmul(x, input('w', [4, 2]), { transposeB: true }),
    'matmul: [2, 5] times [4, 2] transposed does not fit',
  ],
  [() => matmul(x, input('w', [5])), 'matmul: both need at least two axes, not [2, 5] and [5]'],
  [
    () => matmul(input('a', [3, 2, 5]), input('b', [2, 5, 4])),
    'matmul: [3] and [2] do not broadcast together',
  ],
  [() => matmul(x, counts, { transposeB: true }), 'matmul: works on float32, not int32; cast it first'],

  [
    () => conv(x, kernel),
    'conv: expects an input [N, C, H, W] and a weight [K, C, kh, kw], not [2, 5] and [6, 3, 3, 3]',
  ],
  [
    () => conv(image, kernel, { groups: 3 }),
    'conv: weight [6, 3, 3, 3] in 3 group(s) does not fit input [2, 3, 8, 8], which has 3 channels',
  ],
  [
    () => conv(image, input('w', [4, 1, 3, 3]), { groups: 3 }),
    'conv: 4 channels do not divide into 3 groups',
  ],
  [
    () => conv(image, kernel, { dilation: 4 }),
    'conv: a kernel of 3x3 does not fit into [2, 3, 8, 8] with padding [0, 0, 0, 0]',
  ],
  [
    () => conv(image, kernel, { stride: 0 }),
    'conv: the stride must be 1 or more, in whole numbers, not 0, 0',
  ],
  [
    () => conv(image, kernel, { padding: [1, 1, -1, 1] }),
    'conv: the padding must be 0 or more, in whole numbers, not 1, 1, -1, 1',
  ],
  [
    () => convTranspose(image, up.reshape([4, 3, 4, 4])),
    'transposed conv: weight [4, 3, 4, 4] does not fit input [2, 3, 8, 8], which has 3 channels',
  ],
  [
    () => convTranspose(image, up, { stride: 2, outputPadding: [1, 2] }),
    'transposed conv: outputPadding [1, 2] must be less than the stride [2, 2]',
  ],
  [
    () => convTranspose(input('dot', [2, 3, 1, 1]), up, { padding: 3 }),
    'transposed conv: padding [3, 3, 3, 3] cuts off more than [2, 3, 1, 1] by [3, 4, 4, 4] gives',
  ],
  [
    () => convTranspose(x, up),
    'transposed conv: expects an input [N, C, H, W] and a weight [K, C, kh, kw], not [2, 5] and [3, 4, 4, 4]',
  ],

  [() => padReflect(x, 1, 0, 5), 'padReflect: cannot reflect 5 elements of axis 1 of [2, 5]'],
  [() => padReflect(x, -1, 5, 0), 'padReflect: cannot reflect 5 elements of axis -1 of [2, 5]'],
  [() => padReflect(x, 3, 1, 1), 'padReflect: axis 3 does not exist in [2, 5]'],
  [() => padEdge(x, 1, 1, -2), 'padEdge: amounts must be 0 or more, in whole numbers, not 1, -2'],
  [() => averagePool(x, 2), 'averagePool: expects images [N, C, H, W], not [2, 5]'],
  [
    () => averagePool(image, 2, { stride: 1, padding: 2, countPadding: false }),
    'averagePool: padding 2 must be less than the window 2, or a window would hold padding alone',
  ],
  [() => maxPool(x, 2), 'maxPool: expects images [N, C, H, W], not [2, 5]'],
  [() => maxPool(image, 0), 'maxPool: the window must be 1 or more, in whole numbers, not 0, 0'],
  [
    () => maxPool(image, 3, { padding: 2 }),
    'maxPool: padding [2, 2] is more than half the window 3x3, so a window could hold padding alone',
  ],
  [
    () => upsampleNearest(image, 1.5),
    'upsampleNearest: the factor must be 1 or more, in whole numbers, not 1.5',
  ],
  [() => resize(image, [0, 4]), 'resize: the size must be 1 or more, in whole numbers, not 0, 4'],
  [() => pixelShuffle(image, 2), 'pixelShuffle: 3 channels do not divide by 2 squared'],
  [
    () => filterResample(image, [1, 1], { up: 0 }),
    'filterResample: factors must be 1 or more, in whole numbers, not 0, 1',
  ],
];

describe('messages', () => {
  it.each(mistakes.map(([call, message]) => ({ call, message })))('$message', ({ call, message }) => {
    expect(call).toThrow(GansmithError);
    expect(call).toThrow(new RegExp(`^${message.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`));
  });

  it('name the class of the error', () => {
    expect(() => slice(x, 1, 4, 9)).toThrow(ShapeError);
  });
});
