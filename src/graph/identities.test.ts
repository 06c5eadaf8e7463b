import { describe, expect, it } from 'vitest';
import {
  abs,
  add,
  broadcast,
  concat,
  div,
  evaluate,
  exp,
  flip,
  full,
  input,
  matmul,
  max,
  mul,
  neg,
  ones,
  pad,
  pow,
  print,
  reshape,
  type Shape,
  simplify,
  slice,
  stopGradient,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  transpose,
  where,
} from './index.ts';
import { topologicalOrder } from './walk.ts';

/** The computation alone: one line a node, leaves by name. */
const computation = (root: Tensor) =>
  print([root])
    .split('\n')
    .filter((line) => !/^[^ ]+: /.test(line))
    .map((line) => line.replace(/ float32\[.*\]$/, ''))
    .join('; ')
    .replace(/^return /, '');

// Every pair of numbers on which identities tend to break.
const special = [Number.NaN, Infinity, -Infinity, 0, -0, 1, -2.5, 3e-320, 1e300];
const pairs = special.flatMap((x) => special.map((y) => [x, y] as const));
const x = input('x', [pairs.length]);
const y = input('y', [pairs.length]);
const leaves = { x: pairs.map(([a]) => a), y: pairs.map(([, b]) => b) };

const elementwise: [what: string, original: Tensor, simplified: string][] = [
  ['x + 0', add(x, 0), 'x'],
  ['0 + x', add(0, x), 'x'],
  ['x - 0', sub(x, 0), 'x'],
  ['0 - x', sub(0, x), '%1 = neg(x); return %1'],
  ['x * 1', mul(x, 1), 'x'],
  ['x * -1', mul(-1, x), '%1 = neg(x); return %1'],
  ['x / 1', div(x, 1), 'x'],
  ['x / -4, exactly', div(x, -4), '%1 = mul(x, -0.25); return %1'],
  ['x ^ 1', pow(x, 1), 'x'],
  ['x ^ 2', pow(x, 2), '%1 = mul(x, x); return %1'],
  ['x + x', add(x, x), '%1 = mul(x, 2); return %1'],
  ['-(-x)', neg(neg(x)), 'x'],
  ['|-x|', abs(neg(x)), '%1 = abs(x); return %1'],
  ['-(x - y)', neg(sub(x, y)), '%2 = sub(y, x); return %2'],
  ['-(3 x)', neg(mul(3, x)), '%1 = mul(x, -3); return %1'],
  ['3 (-x)', mul(3, neg(x)), '%1 = mul(x, -3); return %1'],
  ['(-x) (-y)', mul(neg(x), neg(y)), '%2 = mul(x, y); return %2'],
  ['(-x) / (-y)', div(neg(x), neg(y)), '%2 = div(x, y); return %2'],
  ['x + (-y)', add(x, neg(y)), '%2 = sub(x, y); return %2'],
  ['(-x) + y', add(neg(x), y), '%2 = sub(y, x); return %2'],
  ['x - (-y)', sub(x, neg(y)), '%2 = add(x, y); return %2'],
  ['3 x, the constant to the right', mul(3, x), '%1 = mul(x, 3); return %1'],
  ['3 (2 x)', mul(3, mul(2, x)), '%1 = mul(x, 6); return %1'],
  ['where with equal choices', where(x.greater(y), x, x), 'x'],
  ['where with a known condition', where(tensor(0, [], 'bool'), x, y), 'y'],
  ['-x of one number repeated', add(neg(broadcast(tensor(3), x.shape)), x), '%1 = add(x, -3); return %1'],
];

const kept: [what: string, original: Tensor][] = [
  ['x * 0', mul(x, 0)],
  ['x - x', sub(x, x)],
  ['x / x', div(x, x)],
  ['x / 3', div(x, 3)],
  ['x / 0', div(x, 0)],
  ['x ^ 0.5', pow(x, 0.5)],
  ['factors that overflow float32 together', mul(mul(x, 1e30), 1e30)],
  ['factors that underflow float32 together', mul(mul(x, 1e-30), 1e-30)],
  ['the reciprocal of the smallest power of two', div(x, 2 ** -149)],
  ['stopGradient', stopGradient(x)],
];

const same = (a: number, b: number) => Object.is(a, b) || a === b;

describe('identities of one element', () => {
  it.each(elementwise)('%s', (_, original, expected) => {
    const [simplified] = simplify([original]);
    expect(computation(simplified!)).toBe(expected);
    const before = evaluate(original, leaves);
    const after = evaluate(simplified!, leaves);
    const wrong = pairs.filter((_, i) => !same(before[i]!, after[i]!));
    expect(wrong).toEqual([]);
  });

  it.each(kept)('leave %s alone', (_, original) => {
    expect(computation(simplify([original])[0]!)).toBe(computation(original));
  });

  it('keep 0 and -0 apart', () => {
    const zero = tensor(0);
    const minusZero = tensor(-0);
    const [sum] = simplify([add(div(1, add(exp(x), zero)), div(x, minusZero)).add(div(x, zero))]);
    expect(print([sum!])).toContain('div(x, -0)');
    expect(print([sum!])).toContain('div(x, 0)');
    const [folded] = simplify([div(1, neg(zero))]);
    expect(evaluate(folded!)[0]).toBe(-Infinity);
  });
});

describe('identities of shape and order', () => {
  const m = input('m', [2, 3]);
  const cube = input('c', [2, 3, 4]);
  const row = input('r', [3]);
  const cases: [what: string, original: Tensor, simplified: string][] = [
    ['reshape to the same shape', reshape(m, [2, 3]), 'm'],
    [
      'reshape of a reshape',
      reshape(reshape(cube, [6, 4]), [8, 3]),
      '%1 = reshape(c, shape=[8,3]); return %1',
    ],
    ['reshape there and back', reshape(reshape(cube, [24]), [2, 3, 4]), 'c'],
    [
      'reshape of one number repeated',
      reshape(full([2, 3], 7), [6]),
      '%0 = broadcast(7, shape=[6]); return %0',
    ],
    ['reshape of a broadcast that repeats nothing', reshape(broadcast(row, [1, 3]), [3]), 'r'],
    [
      'transpose of a transpose',
      transpose(transpose(cube, [2, 0, 1]), [1, 0, 2]),
      '%1 = transpose(c, order=[0,2,1]); return %1',
    ],
    ['transpose there and back', transpose(transpose(cube, [2, 0, 1]), [1, 2, 0]), 'c'],
    [
      'transpose of one number repeated',
      transpose(ones([2, 3])),
      '%0 = broadcast(1, shape=[3,2]); return %0',
    ],
    [
      'broadcast of a broadcast',
      broadcast(broadcast(row, [2, 3]), [4, 2, 3]),
      '%1 = broadcast(r, shape=[4,2,3]); return %1',
    ],
    ['slice of everything', slice(m, 1, 0, 3), 'm'],
    [
      'slice of one number repeated',
      slice(full([2, 3], 7), 1, 0, 2),
      '%0 = broadcast(7, shape=[2,2]); return %0',
    ],
    ['pad by nothing', pad(m, 1, 0, 0), 'm'],
    ['concat of one', concat([m], 1), 'm'],
    ['flip twice', flip(flip(m, 1), 1), 'm'],
    ['flip along two axes', flip(flip(m, 1), 0), '%1 = flip(m, axis=1); %2 = flip(%1, axis=0); return %2'],
    ['flip of one element', flip(input('o', [2, 1]), 1), 'o'],
    [
      'elementwise on broadcast operands',
      exp(add(m, broadcast(row, [2, 3]))),
      '%2 = add(m, r); %3 = exp(%2); return %3',
    ],
    [
      'elementwise before a broadcast',
      broadcast(tanh(broadcast(row, [2, 3])), [2, 3]),
      '%1 = tanh(r); %2 = broadcast(%1, shape=[2,3]); return %2',
    ],
    [
      'where on broadcast operands',
      where(broadcast(row.greater(0), [2, 3]), m, 0),
      '%1 = greater(r, 0) bool[3]; %3 = where(%1, m, 0); return %3',
    ],
  ];

  it.each(cases)('%s', (_, original, expected) => {
    expect(computation(simplify([original])[0]!)).toBe(expected);
    expectSameValues(original);
  });
});

describe('identities of sums', () => {
  const m = input('m', [2, 3]);
  const cube = input('c', [2, 3, 4]);
  const row = input('r', [3]);
  const column = input('k', [2, 1]);
  const keep = true;
  const cases: [what: string, original: Tensor, simplified: string][] = [
    ['over axes of size 1', sum(column, { axes: 1, keep }), 'k'],
    [
      'over an axis of size 1 and another',
      sum(column, { axes: [0, 1], keep }),
      '%1 = sum(k, axes=[0]); return %1',
    ],
    ['of a negation', sum(neg(m), { axes: 0, keep }), '%1 = sum(m, axes=[0]); %2 = neg(%1); return %2'],
    ['of a sum', sum(sum(cube, { axes: 2, keep }), { axes: 0, keep }), '%1 = sum(c, axes=[0,2]); return %1'],
    [
      'of all of a reshape',
      sum(reshape(cube, [6, 4]), { keep }),
      '%1 = sum(c, axes=[0,1,2]); %2 = reshape(%1, shape=[1,1]); return %2',
    ],
    [
      'of a part of a reshape',
      sum(reshape(cube, [6, 4]), { axes: 0, keep }),
      '%1 = reshape(c, shape=[6,4]); %2 = sum(%1, axes=[0]); return %2',
    ],
    ['of repeated rows', sum(broadcast(row, [2, 3]), { axes: 0 }), '%1 = mul(r, 2); return %1'],
    [
      'of repeated rows, over all',
      sum(broadcast(row, [2, 3])),
      '%1 = sum(r, axes=[0]); %2 = mul(%1, 2); %3 = reshape(%2, shape=[]); return %3',
    ],
    ['of one number repeated', sum(full([2, 3], 7)), '42'],
    ['of multiples', sum(mul(m, 3), { axes: 1, keep }), '%1 = sum(m, axes=[1]); %2 = mul(%1, 3); return %2'],
    [
      'of quotients by what does not vary',
      sum(div(m, column), { axes: 1, keep }),
      '%1 = sum(m, axes=[1]); %3 = div(%1, k); return %3',
    ],
    [
      'of quotients by what varies',
      sum(div(m, row), { axes: 1, keep }),
      '%2 = div(m, r); %3 = sum(%2, axes=[1]); return %3',
    ],
    [
      'of an outer product',
      sum(mul(column, row), { axes: 1, keep }),
      '%2 = sum(r, axes=[0]); %3 = mul(k, %2); return %3',
    ],
    [
      'of products with what does not vary',
      sum(mul(column, m), { axes: 1, keep }),
      '%2 = sum(m, axes=[1]); %3 = mul(k, %2); return %3',
    ],
    ['max over axes of size 1', max(column, { axes: 1, keep }), 'k'],
  ];

  it.each(cases)('%s', (_, original, expected) => {
    expect(computation(simplify([original])[0]!)).toBe(expected);
    expectSameValues(original);
  });
});

it('sums of multiples stay finite or not, whatever is summed', () => {
  const two = input('two', [2]);
  const scale = input('scale', []);
  const numbers = [Number.NaN, Infinity, -Infinity, 0, -0, 1, -2.5];
  for (const make of [mul, div]) {
    const original = sum(make(two, scale));
    const [simplified] = simplify([original]);
    expect(computation(simplified!)).not.toBe(computation(original));
    for (const a of numbers) {
      for (const b of numbers) {
        for (const c of numbers) {
          const given = { two: [a, b], scale: [c] };
          const finite = [original, simplified!].map((root) => Number.isFinite(evaluate(root, given)[0]));
          expect(finite[1], `${a}, ${b}; ${c}`).toBe(finite[0]);
        }
      }
    }
  }
});

describe('identities of products', () => {
  const a = input('a', [2, 3]);
  const b = input('b', [4, 3]);
  const cases: [what: string, original: Tensor, simplified: string][] = [
    ['with a transposed operand', matmul(a, transpose(b)), '%2 = matmul(a, b, transposeB); return %2'],
    [
      'with both transposed',
      matmul(transpose(a), transpose(input('d', [4, 2]))),
      '%2 = matmul(a, d, transposeA, transposeB); return %2',
    ],
    [
      'with a flag that undoes a transpose',
      matmul(a, transpose(transpose(b)), { transposeB: true }),
      '%2 = matmul(a, b, transposeB); return %2',
    ],
    [
      'with a stack turned another way',
      matmul(a, transpose(input('s', [3, 5, 4]), [1, 0, 2])),
      '%2 = transpose(s, order=[1,0,2]); %3 = matmul(a, %2); return %3',
    ],
    ['of a column and a row', matmul(input('k', [2, 1]), input('r', [1, 3])), '%2 = mul(k, r); return %2'],
    [
      'of a column and a row, both flagged',
      matmul(input('r', [1, 2]), input('k', [3, 1]), { transposeA: true, transposeB: true }),
      '%1 = reshape(r, shape=[2,1]); %3 = reshape(k, shape=[1,3]); %4 = mul(%1, %3); return %4',
    ],
  ];

  it.each(cases)('%s', (_, original, expected) => {
    expect(computation(simplify([original])[0]!)).toBe(expected);
    expectSameValues(original);
  });
});

/** Evaluates before and after, on numbers made from the position of each element. */
function expectSameValues(original: Tensor): void {
  const numbers = new Map<string, number[]>();
  for (const { attributes, inputs, op } of topologicalOrder([original])) {
    if (inputs.length > 0 || op.name !== 'leaf') continue;
    const size = (attributes.shape as Shape).reduce((p, q) => p * q, 1);
    numbers.set(
      attributes.name as string,
      Array.from({ length: size }, (_, i) => Math.sin(i + 1)),
    );
  }
  const given = Object.fromEntries(numbers);
  const [simplified] = simplify([original]);
  expect(simplified!.shape).toEqual(original.shape);
  const after = evaluate(simplified!, given);
  evaluate(original, given).forEach((value, i) => {
    expect(after[i]).toBeCloseTo(value, 13);
  });
}
