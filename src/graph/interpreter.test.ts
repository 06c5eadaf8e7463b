import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  add,
  evaluate,
  exp,
  input,
  interpret,
  mul,
  OPEN,
  reshape,
  state,
  sub,
  sum,
  type Tensor,
  tensor,
} from './index.ts';

const x = input('x', [2]);
const w = state('w', [2]);

describe('interpret', () => {
  it('evaluates several roots at once, for one set of leaves after another', () => {
    const run = interpret([add(x, w), sum(mul(x, w))]);
    const leaves = (scale: number) => (name: string) => (name === 'x' ? [1, 2] : [scale, 1]);
    expect(run(leaves(10)).map((root) => [...root])).toEqual([[11, 3], [12]]);
    expect(run(leaves(20)).map((root) => [...root])).toEqual([[21, 3], [22]]);
  });

  it('takes any numbers for a leaf: arrays and typed arrays', () => {
    expect([...evaluate(add(x, w), { x: Float32Array.of(0.5, 1), w: [1, 2] })]).toEqual([1.5, 3]);
    const flags = input('flags', [2], 'bool').cast('float32');
    expect([...evaluate(flags, { flags: Uint8Array.of(0, 1) })]).toEqual([0, 1]);
  });

  it('gives a tensor that several leaves of the same name share one value', () => {
    expect([...evaluate(add(input('x', [2]), x), { x: [1, 2] })]).toEqual([2, 4]);
  });

  it('hands results over for keeps: writing into them changes nothing', () => {
    const given = Float64Array.of(1, 2);
    const constant = tensor([5, 6]);
    const sums = add(x, constant);
    const run = interpret([x, constant, sums, sums, reshape(x, [2, 1])]);
    for (const root of run(() => given)) root.fill(-1);
    expect([...given]).toEqual([1, 2]);
    expect(run(() => given).map((root) => [...root])).toEqual([
      [1, 2],
      [5, 6],
      [6, 8],
      [6, 8],
      [1, 2],
    ]);
    const [first, second] = interpret([sums, sums])(() => given);
    first!.fill(-1);
    expect([...second!]).toEqual([6, 8]);
  });

  it('writes into arrays that are given for a root, whatever they hold', () => {
    const total = sum(x);
    const run = interpret([add(x, 1), total, x]);
    const spare = Float64Array.of(7, 7);
    const given = Float64Array.of(1, 2);
    const [sums, single, leaf] = run(
      () => given,
      (root) => (root === 0 ? spare : undefined),
    );
    expect(sums).toBe(spare);
    expect([[...spare], [...single!], [...leaf!]]).toEqual([[2, 3], [3], [1, 2]]);
    // The next results leave those before alone.
    expect([...run(() => [5, 6])[0]!]).toEqual([6, 7]);
    expect([...spare]).toEqual([2, 3]);
  });

  it('keeps a value that is a root and is read again later', () => {
    const early = exp(x);
    const late = sub(early, mul(early, early));
    const [a, b] = interpret([early, late])(() => [0, 0]);
    expect([...a!]).toEqual([1, 1]);
    expect([...b!]).toEqual([0, 0]);
  });

  it('lets values go that nobody reads any more', () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage: () => void = runInNewContext('gc');
    const size = 100_000;
    let y: Tensor = input('first', [size]);
    for (let i = 0; i < 50; i++) y = add(y, 1);
    let held = 0;
    collectGarbage();
    const before = process.memoryUsage().arrayBuffers;
    const [total] = interpret([sum(add(y, input('last', [1])))])((name) => {
      if (name === 'first') return new Float64Array(size);
      // The last leaf is asked for when the chain has been computed.
      collectGarbage();
      held = process.memoryUsage().arrayBuffers - before;
      return [0];
    });
    expect(total![0]).toBe(50 * size);
    expect(held).toBeLessThan(5 * 8 * size);
  });
});

describe('messages', () => {
  it.each<[string, () => unknown, string]>([
    ['a missing leaf', () => evaluate(add(x, w), { x: [1, 2] }), "interpreter: no value given for 'w'"],
    [
      'too few numbers',
      () => evaluate(x, { x: [1] }),
      "interpreter: 'x' is [2], which 1 numbers do not fill",
    ],
    [
      'an open batch',
      () => interpret([exp(input('z', [OPEN, 3]))]),
      'interpreter: the batch size of [batch, 3] is open; build the program for a fixed batch size',
    ],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});
