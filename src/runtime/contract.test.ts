import { describe, expect, it } from 'vitest';
import { cast, grad, input, relu, state, sub, sum, type Tensor, tensor } from '../graph/index.ts';
import type { Program } from '../graph/program.ts';
import type { Executor, Feeds, Numbers } from './executor.ts';
import { firstNonFinite } from './finite.ts';
import { interpreterExecutor } from './interpreter.ts';
import { nodeExecutorWith } from './node.ts';

// What every executor promises; refusals.test.ts has what each refuses. The one for browsers is held to it in test/browser.

const program = (outputs: Record<string, Tensor>, updates: Record<string, Tensor> = {}): Program => ({
  name: 'test',
  outputs: new Map(Object.entries(outputs)),
  updates: new Map(Object.entries(updates)),
});

const x = input('x', [2]);
const w = state('w', [2]);
const numbers = (...values: number[]) => Float32Array.from(values);
// Adding zero turns -0 into 0, which executors need not tell apart.
const plain = (data: Numbers) => Array.from(data, (value) => value + 0);

const executors: [string, Executor][] = [
  ['onnxruntime-node, direct binding', nodeExecutorWith('direct')],
  ['onnxruntime-node, plain binding', nodeExecutorWith('plain')],
  ['interpreter', interpreterExecutor],
];

describe.each(executors)('%s', (_, executor) => {
  /** Compiles and runs once on states that hold w = [10, 20]. */
  async function once(of: Program, feeds: Feeds) {
    const states = executor.createStates();
    states.write('w', [2], [10, 20]);
    const compiled = await executor.compile(of);
    const result = await compiled.run(feeds, states);
    return { ...result, states };
  }

  it('computes outputs from inputs and states', async () => {
    const { outputs } = await once(program({ y: x.add(w), z: sum(x) }), { x: numbers(1, 2) });
    expect(plain(outputs.y!)).toEqual([11, 22]);
    expect(plain(outputs.z!)).toEqual([3]);
  });

  it('hands back inputs, states, constants and one tensor under two names', async () => {
    const y = x.add(w);
    const { outputs, states, commit } = await once(
      program({ x, w, y, again: y, constant: tensor([5, 6]) }, { y, w, copy: w }),
      { x: numbers(1, 2) },
    );
    commit();
    const values = Object.entries(outputs).map(([name, data]) => [name, plain(data)]);
    expect(Object.fromEntries(values)).toEqual({
      x: [1, 2],
      w: [10, 20],
      y: [11, 22],
      again: [11, 22],
      constant: [5, 6],
    });
    outputs.y![0] = 9;
    expect(plain(outputs.again!)).toEqual([11, 22]);
    expect(plain(states.read('y'))).toEqual([11, 22]);
    expect(plain(states.read('copy'))).toEqual([10, 20]);
  });

  it('takes and gives every element type', async () => {
    const of = program({
      float: input('float', [2]).mul(2),
      int32: cast(input('int32', [2], 'int32'), 'float32').mul(2),
      int64: cast(input('int64', [2], 'int64'), 'float32').mul(2),
      bool: cast(input('bool', [2], 'bool'), 'float32').mul(2),
      toInt32: cast(x, 'int32'),
      toInt64: cast(x, 'int64'),
      toBool: x.greater(0),
    });
    const { outputs } = await once(of, {
      x: numbers(-3.5, 2.5),
      float: Float64Array.of(1.5, 2.5),
      int32: Int32Array.of(-7, 8),
      int64: Float64Array.of(-7, 8),
      bool: Uint8Array.of(1, 0),
    });
    expect(plain(outputs.float!)).toEqual([3, 5]);
    expect(plain(outputs.int32!)).toEqual([-14, 16]);
    expect(plain(outputs.int64!)).toEqual([-14, 16]);
    expect(plain(outputs.bool!)).toEqual([2, 0]);
    expect(outputs.toInt32).toEqual(Int32Array.of(-3, 2));
    expect(outputs.toInt64).toEqual(Float64Array.of(-3, 2));
    expect(outputs.toBool).toEqual(Uint8Array.of(0, 1));
  });

  it('takes a part of a larger array', async () => {
    const { outputs } = await once(program({ y: x.mul(2) }), { x: numbers(1, 2, 3, 4).subarray(1, 3) });
    expect(plain(outputs.y!)).toEqual([4, 6]);
  });

  it('gives large results that later runs do not touch', async () => {
    const many = input('many', [3000]);
    const compiled = await executor.compile(program({ y: many.mul(2) }, { y: many }));
    const states = executor.createStates();
    const kept = [];
    for (const value of [1, 2, 3]) {
      const { outputs, commit } = await compiled.run({ many: new Float32Array(3000).fill(value) }, states);
      commit();
      kept.push(outputs.y!);
    }
    await compiled.release();
    expect(kept.map((y) => [y.length, y[0], y[2999]])).toEqual([2, 4, 6].map((y) => [3000, y, y]));
  });

  it('takes scalars', async () => {
    const { outputs } = await once(program({ y: x.mul(input('lr', [])) }), {
      x: numbers(1, 2),
      lr: numbers(0.5),
    });
    expect(plain(outputs.y!)).toEqual([0.5, 1]);
  });

  it('asks for a declared input that simplification removed, and ignores it', async () => {
    const of = program({ y: x.add(input('faded', [2]).mul(0)), z: input('kept', [1]) });
    const feeds = { x: numbers(1, 2), faded: numbers(7, 8), kept: numbers(1) };
    expect(plain((await once(of, feeds)).outputs.y!)).toEqual([1, 2]);
    await expect(once(of, { x: feeds.x, kept: feeds.kept })).rejects.toThrow("input 'faded' is missing");
  });

  describe('states', () => {
    const count = state('count', []);
    const counting = program({ count }, { count: count.add(1) });

    it('change when a result is committed, and only then', async () => {
      const states = executor.createStates();
      states.write('count', [], [0]);
      const compiled = await executor.compile(counting);
      for (let step = 0; step < 3; step++) {
        const dropped = await compiled.run({}, states);
        expect(plain(dropped.outputs.count!)).toEqual([step]);
        const kept = await compiled.run({}, states);
        expect(plain(kept.outputs.count!)).toEqual([step]);
        expect(plain(states.read('count'))).toEqual([step]);
        kept.commit();
        expect(plain(states.read('count'))).toEqual([step + 1]);
      }
    });

    it('are not put back by a result that is committed again', async () => {
      const states = executor.createStates();
      states.write('count', [], [0]);
      const compiled = await executor.compile(counting);
      const first = await compiled.run({}, states);
      first.commit();
      const second = await compiled.run({}, states);
      second.commit();
      first.commit();
      const third = await compiled.run({}, states);
      expect(plain(third.outputs.count!)).toEqual([2]);
      first.commit();
      third.commit();
      expect(plain(states.read('count'))).toEqual([3]);
    });

    it('take the results of several runs in any order', async () => {
      const states = executor.createStates();
      const other = executor.createStates();
      for (const set of [states, other]) set.write('w', [2], [10, 20]);
      const compiled = await executor.compile(program({ w }, { w: w.add(x) }));
      const results = await Promise.all(
        [1, 2, 3].map((value) => compiled.run({ x: numbers(value, -value) }, states)),
      );
      results[1]!.commit();
      (await compiled.run({ x: numbers(5, 5) }, other)).commit();
      expect(plain(states.read('w'))).toEqual([12, 18]);
      results[0]!.commit();
      (await compiled.run({ x: numbers(0, 0) }, other)).commit();
      expect(plain(states.read('w'))).toEqual([11, 19]);
      results[2]!.commit();
      expect(plain(states.read('w'))).toEqual([13, 17]);
      expect(plain(other.read('w'))).toEqual([15, 25]);
      expect(results.map(({ outputs }) => plain(outputs.w!))).toEqual(Array(3).fill([10, 20]));
    });

    it('outlive the program that made them', async () => {
      const states = executor.createStates();
      states.write('count', [], [1]);
      const compiled = await executor.compile(counting);
      for (let step = 0; step < 2; step++) (await compiled.run({}, states)).commit();
      await compiled.release();
      expect(plain(states.read('count'))).toEqual([3]);
      const { outputs } = await (await executor.compile(counting)).run({}, states);
      expect(plain(outputs.count!)).toEqual([3]);
    });

    it('are shared by programs, and come to be by an update', async () => {
      const states = executor.createStates();
      states.write('count', [], [4]);
      const doubling = program({}, { twice: count.mul(2) });
      const reading = program({ y: state('twice', []).add(count) });
      (await (await executor.compile(doubling)).run({}, states)).commit();
      expect(states.names()).toEqual(['count', 'twice']);
      expect(states.shape('twice')).toEqual([]);
      const { outputs } = await (await executor.compile(reading)).run({}, states);
      expect(plain(outputs.y!)).toEqual([12]);
    });

    it('are copied in and out', async () => {
      const states = executor.createStates();
      const written = numbers(1, 2);
      states.write('w', [2], written);
      written[0] = 9;
      states.read('w')[1] = 9;
      expect(plain(states.read('w'))).toEqual([1, 2]);
      const result = await (await executor.compile(program({ w }, { w }))).run({}, states);
      result.outputs.w![0] = 9;
      result.commit();
      expect(plain(states.read('w'))).toEqual([1, 2]);
    });

    it('do not follow later changes of what was fed', async () => {
      const feed = Float64Array.of(1, 2);
      const { states, commit, outputs } = await once(program({ x }, { w: x }), { x: feed });
      feed[0] = 9;
      commit();
      expect(plain(states.read('w'))).toEqual([1, 2]);
      expect(plain(outputs.x!)).toEqual([1, 2]);
    });

    it('can be removed, and are refused when unknown', () => {
      const states = executor.createStates();
      states.write('w', [1, 2], [1, 2]);
      expect([states.has('w'), states.shape('w')]).toEqual([true, [1, 2]]);
      states.remove('w');
      expect([states.has('w'), states.names()]).toEqual([false, []]);
      expect(() => states.read('w')).toThrow("states: there is no state 'w'");
      expect(() => states.write('w', [2, 2], [1, 2])).toThrow(
        "states: 'w' is [2, 2], which 2 numbers do not fill",
      );
    });
  });

  it('runs twice at the same time', async () => {
    const compiled = await executor.compile(program({ y: x.mul(x) }));
    const states = executor.createStates();
    const both = [numbers(1, 2), numbers(3, 4)].map((feed) => compiled.run({ x: feed }, states));
    const results = await Promise.all(both);
    expect(results.map(({ outputs }) => plain(outputs.y!))).toEqual([
      [1, 4],
      [9, 16],
    ]);
  });

  describe('exposes', () => {
    const y = relu(x.mul(w));
    const of = program({ y }, { w: y.div(x) });

    it('every computed tensor in order of evaluation', async () => {
      const states = executor.createStates();
      states.write('w', [2], [10, -20]);
      const result = await (await executor.compile(of, { expose: true })).run({ x: numbers(1, 2) }, states);
      expect(result.exposed.map(({ description, data }) => [description, plain(data)])).toEqual([
        ['mul_0(x, w) float32[2]', [10, -40]],
        ['leakyRelu_1(mul_0) float32[2]', [10, 0]],
        ['div_2(leakyRelu_1, x) float32[2]', [10, 0]],
      ]);
      expect(plain(result.outputs.y!)).toEqual([10, 0]);
      expect(firstNonFinite(result.exposed)).toBeUndefined();
    });

    it('the first tensor that went bad', async () => {
      const states = executor.createStates();
      states.write('w', [2], [10, 20]);
      const result = await (await executor.compile(of, { expose: true })).run({ x: numbers(1, 0) }, states);
      expect(firstNonFinite(result.exposed)).toBe(
        'div_2(leakyRelu_1, x) float32[2] holds NaN at element 1 of 2',
      );
    });

    it('nothing unless asked', async () => {
      expect((await once(of, { x: numbers(1, 2) })).exposed).toEqual([]);
    });
  });

  it('descends like the arithmetic says', async () => {
    // Loss (w - x)^2 with rate 0.25 halves the distance at every step.
    const distance = sub(w, x);
    const loss = sum(distance.mul(distance));
    const step = program({ loss }, { w: w.sub(grad(loss, [w])[0]!.mul(0.25)) });
    const compiled = await executor.compile(step);
    const states = executor.createStates();
    states.write('w', [2], [8, 4]);
    const losses: number[] = [];
    for (let i = 0; i < 3; i++) {
      const { outputs, commit } = await compiled.run({ x: numbers(0, 4) }, states);
      commit();
      losses.push(outputs.loss![0]!);
    }
    expect(losses).toEqual([64, 16, 4]);
    expect(plain(states.read('w'))).toEqual([1, 4]);
  });
});
