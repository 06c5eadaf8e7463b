import { describe, expect, it } from 'vitest';
import { add, evaluate, input, mul, state, sum, type Tensor } from './index.ts';
import { leafName } from './ops/leaf.ts';
import { leavesOf, type Program, simplifyProgram } from './program.ts';

const program = (outputs: Record<string, Tensor>, updates: Record<string, Tensor> = {}): Program => ({
  name: 'critic',
  outputs: new Map(Object.entries(outputs)),
  updates: new Map(Object.entries(updates)),
});

const x = input('x', [3]);
const w = state('w', [3]);

describe('leavesOf', () => {
  it('lists inputs and states in order of first use, each once', () => {
    const product = mul(add(input('y', [3]), x), state('w', [3]));
    const { inputs, states } = leavesOf(program({ loss: sum(product) }, { w: add(w, product) }));
    expect(inputs.map(leafName)).toEqual(['y', 'x']);
    expect(states.map(leafName)).toEqual(['w']);
  });

  it('looks at updates too', () => {
    expect(leavesOf(program({}, { w: x })).inputs.map(leafName)).toEqual(['x']);
  });

  it.each<[string, Program, string]>([
    [
      'one name for two shapes',
      program({ loss: add(sum(x), sum(input('x', [2]))) }),
      "program critic: 'x' is used as input float32[3] and as input float32[2]",
    ],
    [
      'one name for two element types',
      program({ loss: x, other: input('x', [3], 'int32') }),
      "program critic: 'x' is used as input float32[3] and as input int32[3]",
    ],
    [
      'one name for an input and a state',
      program({ loss: add(w, input('w', [3])) }),
      "program critic: 'w' is used as state float32[3] and as input float32[3]",
    ],
    [
      'an update of an input',
      program({ loss: x }, { x: add(x, 1) }),
      "program critic: 'x' is updated, but it is an input, not a state",
    ],
    [
      'a next value of another shape',
      program({ loss: w }, { w: sum(w) }),
      "program critic: the next value of state 'w' is float32[], the state is float32[3]",
    ],
    [
      'a next value of another element type',
      program({ loss: w }, { w: w.greater(0) }),
      "program critic: the next value of state 'w' is bool[3], the state is float32[3]",
    ],
  ])('refuses %s', (_, wrong, message) => {
    expect(() => leavesOf(wrong)).toThrow(message);
  });

  it('allows a state that is written but not read', () => {
    expect(leavesOf(program({}, { fresh: x })).states).toEqual([]);
  });
});

describe('simplifyProgram', () => {
  const twice = () => mul(add(x, w), add(w, x));
  const original = program({ loss: sum(twice()), copy: add(w, 0) }, { w: add(w, twice()), v: mul(w, 1) });
  const simplified = simplifyProgram(original);

  it('keeps the names and their order', () => {
    expect(simplified.name).toBe('critic');
    expect([...simplified.outputs.keys()]).toEqual(['loss', 'copy']);
    expect([...simplified.updates.keys()]).toEqual(['w', 'v']);
  });

  it('shares between outputs and updates, and keeps every value', () => {
    expect(simplified.outputs.get('copy')).toBe(simplified.updates.get('v'));
    const leaves = { x: [1, 2, 3], w: [0.5, -1, 4] };
    for (const key of ['loss', 'copy'] as const) {
      expect(evaluate(simplified.outputs.get(key)!, leaves)).toEqual(
        evaluate(original.outputs.get(key)!, leaves),
      );
    }
    expect(evaluate(simplified.updates.get('w')!, leaves)).toEqual(
      evaluate(original.updates.get('w')!, leaves),
    );
  });
});
