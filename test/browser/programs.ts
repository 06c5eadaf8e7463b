import { randomStream } from '../../src/base/random.ts';
import {
  conv,
  convTranspose,
  grad,
  input,
  leakyRelu,
  matmul,
  mean,
  square,
  state,
  type Tensor,
  tanh,
} from '../../src/graph/index.ts';
import { applyOperation } from '../../src/graph/op.ts';
import { operations } from '../../src/graph/ops/index.ts';
import { type Shape, sizeOf } from '../../src/graph/shape.ts';
import type { Executor, Feeds, Numbers } from '../../src/runtime/executor.ts';

// What the page runs on WebAssembly and the test on the interpreter. Results are plain arrays, to cross from one to the
// other.

export type Result = Record<string, number[]>;

/** Shapes of a small autoencoder of images: two convolutions down, a dense code, one transposed convolution up. */
const shapes: Record<string, Shape> = {
  down1: [6, 3, 4, 4],
  down2: [8, 6, 3, 3],
  code: [8 * 4 * 4, 6 * 4 * 4],
  up: [6, 3, 4, 4],
};

/** One step of Adam (Kingma and Ba 2015, arXiv:1412.6980, algorithm 1) on the squared error of the autoencoder. */
function trainingStep() {
  const params = new Map(Object.entries(shapes).map(([name, shape]) => [name, state(name, shape)]));
  const [down1, down2, code, up] = [...params.values()] as [Tensor, Tensor, Tensor, Tensor];
  const x = input('x', [5, 3, 8, 8]);
  const first = leakyRelu(conv(x, down1, { stride: 2, padding: 1 }));
  const second = leakyRelu(conv(first, down2, { padding: 1 }));
  const features = tanh(matmul(second.flatten(), code)).reshape([5, 6, 4, 4]);
  const y = convTranspose(features, up, { stride: 2, padding: 1 });
  const loss = mean(square(y.sub(x)));

  const [lr, correction1, correction2] = [
    input('lr', []),
    input('correction1', []),
    input('correction2', []),
  ];
  const updates = new Map<string, Tensor>();
  const gradients = grad(loss, [...params.values()]);
  [...params].forEach(([name, param], i) => {
    const gradient = gradients[i]!;
    const m = state(`${name}/m`, param.shape).mul(0.9).add(gradient.mul(0.1));
    const v = state(`${name}/v`, param.shape).mul(0.99).add(square(gradient).mul(0.01));
    const direction = m.div(correction1).div(v.div(correction2).sqrt().add(1e-3));
    updates.set(name, param.sub(direction.mul(lr)));
    updates.set(`${name}/m`, m);
    updates.set(`${name}/v`, v);
  });
  return { name: 'autoencoder', outputs: new Map([['loss', loss]]), updates };
}

/** Losses of three steps, and all states after them. */
export async function train(executor: Executor): Promise<Result> {
  const stream = randomStream(3, 'browser');
  const states = executor.createStates();
  for (const [name, shape] of Object.entries(shapes)) {
    states.write(name, shape, stream.fillUniform(new Float32Array(sizeOf(shape)), -0.2, 0.2));
    for (const moment of ['m', 'v'])
      states.write(`${name}/${moment}`, shape, new Float32Array(sizeOf(shape)));
  }
  const compiled = await executor.compile(trainingStep());
  const x = stream.fillUniform(new Float32Array(5 * 3 * 8 * 8), -1, 1);
  const result: Result = { losses: [] };
  for (let step = 1; step <= 3; step++) {
    const { outputs, commit } = await compiled.run(
      {
        x,
        lr: Float32Array.of(0.01),
        correction1: Float32Array.of(1 - 0.9 ** step),
        correction2: Float32Array.of(1 - 0.99 ** step),
      },
      states,
    );
    commit();
    result.losses!.push(outputs.loss![0]!);
  }
  await compiled.release();
  for (const name of states.names()) result[name] = Array.from(states.read(name));
  return result;
}

/** Every operation on each of its samples. */
export async function runSamples(executor: Executor): Promise<Result> {
  const result: Result = {};
  for (const operation of operations) {
    for (const [number, sample] of operation.samples().entries()) {
      const inputs = sample.inputs.map(({ shape, dtype }, i) => input(`x${i}`, shape, dtype));
      const feeds: Feeds = Object.fromEntries(
        sample.inputs.map(({ data, dtype = 'float32' }, i) => [`x${i}`, asFed(data, dtype)]),
      );
      const y = applyOperation(operation, inputs, sample.attributes);
      const name = `${operation.name} ${number}`;
      const compiled = await executor.compile({ name, outputs: new Map([['y', y]]), updates: new Map() });
      const { outputs } = await compiled.run(feeds, executor.createStates());
      result[name] = Array.from(outputs.y!);
      await compiled.release();
    }
  }
  return result;
}

function asFed(data: Float64Array, dtype: string): Numbers {
  if (dtype === 'float32') return Float32Array.from(data);
  if (dtype === 'int32') return Int32Array.from(data);
  return dtype === 'bool' ? Uint8Array.from(data) : data;
}

/** Messages of what the executor refuses, and what it exposes. */
export async function provoke(executor: Executor): Promise<Record<string, string>> {
  const x = input('x', [2]);
  const program = { name: 'p', outputs: new Map([['y', x.div(state('w', [2]))]]), updates: new Map() };
  const compiled = await executor.compile(program, { expose: true });
  const states = executor.createStates();
  const message = (feeds: Feeds) =>
    compiled.run(feeds, states).then(
      () => 'no error',
      (error: Error) => `${error.name}: ${error.message}`,
    );
  const feeds = { x: Float32Array.of(1, 2) };
  const missingState = await message(feeds);
  states.write('w', [2], [1, 0]);
  const { exposed } = await compiled.run(feeds, states);
  return {
    missingState,
    missingInput: await message({}),
    wrongCount: await message({ x: Float32Array.of(1) }),
    exposed: exposed.map(({ description, data }) => `${description}: ${Array.from(data)}`).join('; '),
  };
}
