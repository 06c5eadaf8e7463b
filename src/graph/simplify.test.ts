import { describe, expect, it } from 'vitest';
import {
  add,
  conv,
  evaluate,
  exp,
  flip,
  full,
  grad,
  input,
  matmul,
  mean,
  mul,
  neg,
  print,
  simplify,
  state,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
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

const x = input('x', [3]);
const y = input('y', [3]);

const count = (roots: readonly Tensor[]) => topologicalOrder(roots).length;

describe('sharing', () => {
  const a = () => exp(mul(input('a', [4]), 3));

  it('makes equal expressions and equal leaves one, across roots', () => {
    const [first, second] = simplify([a(), tanh(a())]);
    expect(second!.inputs[0]).toBe(first);
    // a, 3, the product, exp, tanh
    expect(count([first!, second!])).toBe(5);
    expect(count(simplify([a(), tanh(a())], { share: false }))).toBe(9);
  });

  it('tells attributes, element types, names and constants apart', () => {
    const m = input('m', [2, 2]);
    const distinct = [
      sum(m, { axes: 0, keep: true }),
      sum(m, { axes: 1, keep: true }),
      flip(m, 0),
      flip(m, 1),
      m.cast('int32'),
      m.cast('int64'),
      m.leakyRelu(0.1),
      m.leakyRelu(0.2),
      tensor([1, 2]),
      tensor([[1, 2]]),
      tensor([1, 2], [2], 'int32'),
      tensor([1, 3]),
      tensor([12]),
      tensor(0),
      tensor(-0),
      input('n', [2, 2]),
      state('m', [2, 2]),
    ];
    expect(new Set(simplify(distinct)).size).toBe(distinct.length);
  });

  it('finds constants equal by content when small, by identity when large', () => {
    const small = () => tensor(new Float64Array(100).fill(0.5));
    const large = () => tensor(new Float64Array(5000).fill(0.5));
    const one = large();
    const [p, q, r, s, t] = simplify([small(), small(), one, one, large()]);
    expect(p).toBe(q);
    expect(r).toBe(s);
    expect(t).not.toBe(r);
  });
});

describe('folding', () => {
  it('computes expressions of constants', () => {
    expect(computation(simplify([exp(add(tensor([0, 0]), 0))])[0]!)).toBe('constant[2](1, 1)');
    const [folded] = simplify([matmul(tensor([[1, 2]]), tensor([[3], [4]]))]);
    expect([...evaluate(folded!)]).toEqual([11]);
    expect(folded!.inputs).toEqual([]);
  });

  it('does not write out what is longer than its parts, or long at all', () => {
    expect(computation(simplify([full([1000], 2)])[0]!)).toBe('%0 = broadcast(2, shape=[1000]); return %0');
    const long = tensor(new Float64Array(5000).fill(2));
    expect(computation(simplify([exp(long)])[0]!)).toContain('exp(');
    expect(computation(simplify([mean(long)])[0]!)).toBe('2');
  });

  it('keeps the element type', () => {
    const [folded] = simplify([tensor([1, -2]).greater(0)]);
    expect(folded!.dtype).toBe('bool');
    expect([...evaluate(folded!)]).toEqual([1, 0]);
  });

  it('can be switched off', () => {
    expect(computation(simplify([exp(tensor([0, 1]))], { fold: false })[0]!)).toContain('exp(');
  });
});

describe('the passes together', () => {
  it('drop dead code: what a gradient made for tensors nobody asked for', () => {
    const weight = input('w', [3, 4]);
    const image = input('i', [1, 2, 5, 5]);
    const kernel = input('k', [3, 2, 2, 2]);
    const loss = add(sum(matmul(input('z', [2, 3]), weight)), sum(conv(image, kernel)));
    const printed = print(simplify(grad(loss, [kernel])));
    expect(printed).toContain('convWeight');
    expect(printed).not.toContain('convInput');
    expect(printed).not.toContain('matmul');
  });

  it('leave all as it was when all are switched off', () => {
    const original = add(add(x, 0), mul(tensor(2), 3));
    const off = { identities: false, fold: false, share: false };
    expect(simplify([original], off)).toEqual([original]);
    expect(simplify([original], off)[0]).toBe(original);
  });

  it('settle what an identity makes anew, however deep', () => {
    let nested: Tensor = x;
    for (let i = 0; i < 1000; i++) nested = neg(sub(mul(nested, 2), mul(nested, 2).neg().neg()));
    expect(print(simplify([nested]))).toBe(print(simplify(simplify([nested]))));
    let negations: Tensor = x;
    for (let i = 0; i < 1001; i++) negations = mul(-1, negations);
    expect(computation(simplify([negations])[0]!)).toBe('%1 = neg(x); return %1');
  });

  it('keep the order and number of roots, equal ones too', () => {
    const roots = simplify([x, add(x, 0), y, mul(x, 1)]);
    expect(roots).toHaveLength(4);
    expect(roots[1]).toBe(roots[0]);
    expect(roots[3]).toBe(roots[0]);
    expect(computation(roots[2]!)).toBe('y');
  });

  it('take time in proportion to the graph', () => {
    // Work is counted, not timed: every operation's identities are asked about once for each node that is met.
    const asked = (depth: number) => {
      let deep: Tensor = x;
      for (let i = 0; i < depth; i++) deep = add(mul(mul(deep, 3), 0.5), neg(y));
      const operations = new Set(topologicalOrder([deep]).map(({ op }) => op));
      let calls = 0;
      const originals = [...operations].map((op) => [op, op.simplify] as const);
      for (const [op, rule] of originals) {
        if (rule) {
          op.simplify = (...given) => {
            calls++;
            return rule(...given);
          };
        }
      }
      simplify([deep]);
      for (const [op, rule] of originals) if (rule) op.simplify = rule;
      return calls;
    };
    const [small, large] = [asked(100), asked(3000)];
    expect(large / small).toBeLessThan(31);
  });
});
