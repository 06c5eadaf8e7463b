import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import { conv, gather, grad, input, matmul, mean, OPEN, relu, state, type Tensor } from '../graph/index.ts';
import { defineOp } from '../graph/op.ts';
import type { Program } from '../graph/program.ts';
import { type Shape, sizeOf } from '../graph/shape.ts';
import { encodeModel } from '../onnx/model.ts';
import type { CompileOptions, Executor, Feeds } from './executor.ts';
import { interpreterExecutor } from './interpreter.ts';
import { nodeBinding, nodeExecutor, nodeExecutorWith, openModel } from './node.ts';

const program = (outputs: Record<string, Tensor>, updates: Record<string, Tensor> = {}): Program => ({
  name: 'test',
  outputs: new Map(Object.entries(outputs)),
  updates: new Map(Object.entries(updates)),
});

/** A convolution and a dense layer, trained to give zeros. */
function descent(): { step: Program; shapes: Record<string, Shape> } {
  const shapes = { kernel: [8, 3, 4, 4], weight: [8 * 4 * 4, 5] };
  const kernel = state('kernel', shapes.kernel);
  const weight = state('weight', shapes.weight);
  const features = relu(conv(input('x', [4, 3, 8, 8]), kernel, { stride: 2, padding: 1 })).flatten();
  const y = matmul(features, weight);
  const loss = mean(y.mul(y));
  const [dKernel, dWeight] = grad(loss, [kernel, weight]);
  const lr = input('lr', []);
  return {
    shapes,
    step: program({ loss }, { kernel: kernel.sub(dKernel!.mul(lr)), weight: weight.sub(dWeight!.mul(lr)) }),
  };
}

async function descend(executor: Executor, options: CompileOptions = {}) {
  const { step, shapes } = descent();
  const stream = randomStream(1, 'descent');
  const states = executor.createStates();
  for (const [name, shape] of Object.entries(shapes)) {
    states.write(name, shape, stream.fillUniform(new Float32Array(sizeOf(shape)), -0.3, 0.3));
  }
  const compiled = await executor.compile(step, options);
  const x = stream.fillUniform(new Float32Array(4 * 3 * 8 * 8), -1, 1);
  const losses: number[] = [];
  for (let i = 0; i < 3; i++) {
    const { outputs, commit } = await compiled.run({ x, lr: Float32Array.of(0.05) }, states);
    commit();
    losses.push(outputs.loss![0]!);
  }
  await compiled.release();
  return { losses, states };
}

const relativeError = (actual: ArrayLike<number>, expected: ArrayLike<number>): number =>
  Math.hypot(...Array.from(actual, (value, i) => value - expected[i]!)) / Math.hypot(...Array.from(expected));

it('uses the direct binding unless the environment asks for the plain one', () => {
  const asked = process.env.GANSMITH_BINDING;
  expect(nodeBinding().binding).toBe(asked || 'direct');
});

describe('three steps of gradient descent', () => {
  it('are the same bits with any binding', async () => {
    for (const threads of [1, 2, 3]) {
      const plain = await descend(nodeExecutorWith('plain'), { threads });
      for (const binding of ['direct', 'lean'] as const) {
        const other = await descend(nodeExecutorWith(binding), { threads });
        expect(other.losses).toEqual(plain.losses);
        for (const name of plain.states.names()) {
          expect(other.states.read(name)).toEqual(plain.states.read(name));
        }
      }
    }
  });

  it('equal the interpreter’s', async () => {
    const [actual, expected] = [await descend(nodeExecutor), await descend(interpreterExecutor)];
    expect(expected.losses[2]).toBeLessThan(0.9 * expected.losses[0]!);
    // Float32 sums of a hundred products, three steps deep.
    expect(relativeError(actual.losses, expected.losses)).toBeLessThan(5e-6);
    for (const name of expected.states.names()) {
      expect(relativeError(actual.states.read(name), expected.states.read(name))).toBeLessThan(5e-6);
    }
  });

  it('are the same bits again with the same number of threads', async () => {
    for (const threads of [1, 2]) {
      const [first, second] = [
        await descend(nodeExecutor, { threads }),
        await descend(nodeExecutor, { threads }),
      ];
      expect(first.losses).toEqual(second.losses);
      expect(first.states.read('kernel')).toEqual(second.states.read('kernel'));
    }
  });

  it('are close to each other for other numbers of threads and other forms of the operations', async () => {
    const lowerings = ({ op }: Tensor) => (op.name === 'convWeight' ? 'dilated' : undefined);
    const [one, two] = [
      await descend(nodeExecutor, { threads: 1 }),
      await descend(nodeExecutor, { threads: 2, lowerings }),
    ];
    expect(relativeError(one.losses, two.losses)).toBeLessThan(5e-6);
  });
});

it('holds states as float32', async () => {
  const states = nodeExecutor.createStates();
  states.write('w', [1], [0.1]);
  expect(states.read('w')).toEqual(Float32Array.of(0.1));
});

describe.each(['direct', 'lean', 'plain'] as const)('an open batch with the %s binding', (binding) => {
  const executor = nodeExecutorWith(binding);
  const x = input('x', [OPEN, 2]);
  const shift = input('shift', [OPEN, 2]);
  const run = async (feeds: Feeds) => {
    const compiled = await executor.compile(program({ y: x.add(shift).mul(2) }));
    return compiled.run(feeds, executor.createStates());
  };

  it('takes any number of items', async () => {
    const compiled = await executor.compile(program({ y: x.mul(2) }));
    const results: [Float32Array, unknown][] = [];
    for (const batch of [1, 3, 3, 2000, 1]) {
      const feed = Float32Array.from({ length: 2 * batch }, (_, i) => i + results.length);
      const { outputs } = await compiled.run({ x: feed }, executor.createStates());
      results.push([feed, outputs.y]);
    }
    for (const [feed, y] of results) expect(y).toEqual(feed.map((value) => 2 * value));
  });

  it('refuses parts of items, no items, and different numbers of items', async () => {
    const [one, two] = [new Float32Array(2), new Float32Array(4)];
    await expect(run({ x: new Float32Array(3), shift: one })).rejects.toThrow(
      "program test: input 'x' is float32[batch, 2] and takes a multiple of 2 numbers, not 3",
    );
    await expect(run({ x: new Float32Array(0), shift: one })).rejects.toThrow(
      'a multiple of 2 numbers, not 0',
    );
    await expect(run({ x: one, shift: two })).rejects.toThrow(
      "program test: input 'x' holds a batch of 1, but 'shift' one of 2",
    );
  });
});

it('opens a finished model', async () => {
  const { bytes } = encodeModel(program({ y: input('x', [OPEN, 2]).mul(2), m: input('n', [1], 'int32') }));
  const model = await openModel(bytes);
  const outputs = await model.run({
    x: { data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] },
    n: { data: Int32Array.of(7), shape: [1] },
  });
  expect(outputs).toEqual({ y: Float32Array.of(2, 4, 6, 8), m: Int32Array.of(7) });
  await expect(model.run({})).rejects.toThrow("the model failed in onnxruntime-node: input 'x' is missing");
  await model.release();
  await expect(openModel(bytes.subarray(0, 20))).rejects.toThrow(
    'the model does not load in onnxruntime-node: ',
  );
});

describe('failures of the runtime', () => {
  const unknownOperator = defineOp('unknown', {
    infer: ([value]) => value!,
    grad: 'none',
    onnx: (b, inputs) => b.node('NoSuchOperator', inputs),
    eval: () => {},
    samples: () => [],
  });

  it.each(['direct', 'plain'] as const)(
    'name the program and what did not compile with the %s binding',
    async (binding) => {
      const compiling = nodeExecutorWith(binding).compile(
        program({ y: unknownOperator([input('x', [1])], {}) }),
      );
      await expect(compiling).rejects.toThrow(
        /^program test: does not compile for onnxruntime-node: .*NoSuchOperator/s,
      );
      await expect(compiling).rejects.toMatchObject({ name: 'GansmithError' });
    },
  );

  it.each(['direct', 'plain'] as const)(
    'name the program and the node that failed with the %s binding',
    async (binding) => {
      const rows = gather(input('table', [4, 2]), input('rows', [1], 'int32'));
      const compiled = await nodeExecutorWith(binding).compile(program({ rows }));
      const feeds = { table: new Float32Array(8), rows: Int32Array.of(9) };
      await expect(compiled.run(feeds, nodeExecutorWith(binding).createStates())).rejects.toThrow(
        /^program test: failed in onnxruntime-node: .*gather_0/s,
      );
    },
  );

  it('and nothing else are reported: standard error stays empty', async () => {
    const script = `
      import { gather, input } from './src/graph/index.ts';
      import { nodeExecutor } from './src/runtime/node.ts';
      const rows = gather(input('table', [4, 2]), input('rows', [1], 'int32'));
      const program = { name: 'p', outputs: new Map([['rows', rows]]), updates: new Map() };
      const compiled = await nodeExecutor.compile(program);
      for (const row of [3, 9]) {
        const feeds = { table: new Float32Array(8), rows: Int32Array.of(row) };
        await compiled.run(feeds, nodeExecutor.createStates()).then(() => console.log('ran'), () => console.log('failed'));
      }`;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      ...['--import', 'tsx', '--input-type=module', '--eval', script],
    ]);
    expect(stdout).toBe('ran\nfailed\n');
    expect(stderr).toBe('');
  });
});
