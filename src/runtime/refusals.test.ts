import { describe, expect, it } from 'vitest';
import { cast, input, OPEN, state, type Tensor } from '../graph/index.ts';
import type { Program } from '../graph/program.ts';
import type { Executor, Feeds, Numbers } from './executor.ts';
import { interpreterExecutor } from './interpreter.ts';
import { nodeExecutorWith } from './node.ts';

// What every executor refuses, in the same words.

const program = (outputs: Record<string, Tensor>, updates: Record<string, Tensor> = {}): Program => ({
  name: 'test',
  outputs: new Map(Object.entries(outputs)),
  updates: new Map(Object.entries(updates)),
});

const x = input('x', [2]);
const w = state('w', [2]);
const numbers = (...values: number[]) => Float32Array.from(values);

const executors: [string, Executor][] = [
  ['onnxruntime-node, direct binding', nodeExecutorWith('direct')],
  ['onnxruntime-node, plain binding', nodeExecutorWith('plain')],
  ['interpreter', interpreterExecutor],
];

describe.each(executors)('%s refuses', (_, executor) => {
  /** Compiles and runs once on states that hold w = [10, 20]. */
  async function once(of: Program, feeds: Feeds) {
    const states = executor.createStates();
    states.write('w', [2], [10, 20]);
    return (await executor.compile(of)).run(feeds, states);
  }

  const mixed = program({
    y: x.add(w),
    index: input('index', [3], 'int32'),
    mask: input('mask', [2], 'bool'),
  });
  const good: Feeds = { x: numbers(1, 2), index: Int32Array.of(0, 1, 2), mask: Uint8Array.of(0, 1) };
  // Feeds of a JavaScript caller need not be what the types say.
  const foreign = (value: unknown) => value as Numbers;

  it.each<[string, Feeds, string]>([
    [
      'a missing input',
      { index: good.index!, mask: good.mask! },
      "program test: input 'x' is missing; feed a Float32Array of 2 numbers for float32[2]",
    ],
    [
      'an unknown input that is close to a known one',
      { ...good, indexx: good.x! },
      "program test: there is no input 'indexx'; did you mean 'index'?",
    ],
    [
      'an unknown input',
      { ...good, label: good.x! },
      "program test: there is no input 'label'; it takes x, index, mask",
    ],
    [
      'a state that is fed',
      { ...good, weight: good.x! },
      "program test: there is no input 'weight'; it takes x, index, mask",
    ],
    [
      'the wrong number of elements',
      { ...good, x: numbers(1, 2, 3) },
      "program test: input 'x' is float32[2] and takes 2 numbers, not 3",
    ],
    [
      'floats for integers',
      { ...good, index: numbers(0, 1, 2) },
      "program test: input 'index' is int32[3] and takes a Int32Array, not a Float32Array; convert it first",
    ],
    [
      'integers for floats',
      { ...good, x: Int32Array.of(1, 2) },
      "program test: input 'x' is float32[2] and takes a Float32Array, not a Int32Array; convert it first",
    ],
    [
      'floats for a mask',
      { ...good, mask: numbers(0, 1) },
      "program test: input 'mask' is bool[2] and takes a Uint8Array, not a Float32Array; convert it first",
    ],
    [
      'an ordinary array',
      { ...good, x: foreign([1, 2]) },
      "program test: input 'x' is float32[2] and takes a Float32Array, not a Array; convert it first",
    ],
    [
      'null',
      { ...good, x: foreign(null) },
      "program test: input 'x' is float32[2] and takes a Float32Array, not null; convert it first",
    ],
  ])('%s', async (_, feeds, message) => {
    await expect(once(mixed, feeds)).rejects.toThrow(message);
    await expect(once(mixed, feeds)).rejects.toMatchObject({ name: 'GansmithError' });
  });

  it('missing states, and states of another shape', async () => {
    const compiled = await executor.compile(program({ y: x.add(w) }, { v: x }));
    const states = executor.createStates();
    const feeds = { x: numbers(1, 2) };
    await expect(compiled.run(feeds, states)).rejects.toThrow(
      "program test: state 'w' is missing; write float32[2] before the run",
    );
    states.write('w', [1, 2], [1, 2]);
    await expect(compiled.run(feeds, states)).rejects.toThrow(
      "program test: state 'w' is [1, 2], but the program expects [2]; was it saved by a network of another size?",
    );
    states.write('w', [2], [1, 2]);
    states.write('v', [3], [1, 2, 3]);
    await expect(compiled.run(feeds, states)).rejects.toThrow(
      "program test: state 'v' is [3], but the program expects [2]",
    );
  });

  it('states of another executor', async () => {
    const other = executor === interpreterExecutor ? nodeExecutorWith('plain') : interpreterExecutor;
    const compiled = await executor.compile(program({ y: w }));
    await expect(compiled.run({}, other.createStates())).rejects.toThrow(
      `program test: these states belong to another executor; make them with createStates() of ${executor.name}`,
    );
  });

  it('updates that could not be kept', async () => {
    await expect(executor.compile(program({}, { w: w.reshape([2, 1]) }))).rejects.toThrow(
      "program test: the next value of state 'w' is float32[2, 1], the state is float32[2]",
    );
    await expect(executor.compile(program({}, { n: cast(w, 'int32') }))).rejects.toThrow(
      "program test: state 'n' would be int32[2]; states are float32 of a fixed shape",
    );
    await expect(executor.compile(program({ y: state('n', [OPEN, 2]) }))).rejects.toThrow(
      "program test: state 'n' would be float32[batch, 2]; states are float32 of a fixed shape",
    );
  });

  it('one name for two tensors', async () => {
    await expect(executor.compile(program({ a: x, b: input('x', [3]) }))).rejects.toThrow(
      "program test: 'x' is used as input float32[2] and as input float32[3]",
    );
  });

  it('a run after release', async () => {
    const compiled = await executor.compile(program({ x }));
    await compiled.release();
    await compiled.release();
    await expect(compiled.run({ x: numbers(1, 2) }, executor.createStates())).rejects.toThrow(
      "program test: was released, so it can't run",
    );
  });
});
