import { describe, expect, it } from 'vitest';
import { add, cast, gather, input, matmul, mul, relu, reshape, state, tensor } from '../graph/index.ts';
import { defineOp, type OnnxAttribute } from '../graph/op.ts';
import { operations } from '../graph/ops/index.ts';
import type { Program } from '../graph/program.ts';
import { OPEN } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { encodeModel } from './model.ts';
import { dimensionsOf, fieldsOf, integers, messages, nameOf, texts } from './parse.testing.ts';

const program = (outputs: Record<string, Tensor>, updates: Record<string, Tensor> = {}): Program => ({
  name: 'test',
  outputs: new Map(Object.entries(outputs)),
  updates: new Map(Object.entries(updates)),
});

function graphOf(of: Program, options: Parameters<typeof encodeModel>[1] = {}) {
  const model = encodeModel(of, options);
  const graph = messages(fieldsOf(model.bytes), 7)[0]!;
  return {
    model,
    nodes: messages(graph, 1).map((node) => ({
      inputs: texts(node, 1),
      outputs: texts(node, 2),
      name: texts(node, 3)[0]!,
      type: texts(node, 4)[0]!,
      attributes: messages(node, 5),
    })),
    constants: messages(graph, 5).map((constant) => ({
      shape: integers(constant, 1),
      type: integers(constant, 2)[0]!,
      data: constant.get(9)![0] as Uint8Array,
    })),
    inputs: messages(graph, 11),
    outputs: messages(graph, 12),
  };
}

it('writes a small model byte for byte', () => {
  const text = (value: string) => [...new TextEncoder().encode(value)];
  const delimited = (tag: number, bytes: readonly number[]) => [tag, bytes.length, ...bytes];
  const dimensions = [2, 3].flatMap((size) => delimited(0x0a, [0x08, size]));
  const float32 = delimited(0x0a, [0x08, 1, ...delimited(0x12, dimensions)]);
  const node = [
    ...delimited(0x0a, text('x')),
    ...delimited(0x12, text('y')),
    ...delimited(0x1a, text('leakyRelu_0/Relu')),
    ...delimited(0x22, text('Relu')),
  ];
  const graph = [
    ...delimited(0x0a, node),
    ...delimited(0x12, text('test')),
    ...delimited(0x5a, [...delimited(0x0a, text('x')), ...delimited(0x12, float32)]),
    ...delimited(0x62, [...delimited(0x0a, text('y')), ...delimited(0x12, float32)]),
  ];
  const { bytes } = encodeModel(program({ y: relu(input('x', [2, 3])) }));
  expect([...bytes]).toEqual([
    ...[0x08, 10], // IR version
    ...delimited(0x42, [0x10, 21]), // operator set
    ...delimited(0x12, text('gansmith')),
    ...delimited(0x3a, graph),
  ]);
});

describe('inputs', () => {
  it('are the leaves that are used, after simplification', () => {
    const [x, unused] = [input('x', [2]), input('unused', [2])];
    const w = state('w', [2]);
    const { model, inputs } = graphOf(program({ y: mul(x, w) }, {}));
    expect(unused.shape).toEqual([2]);
    expect(inputs.map(nameOf)).toEqual(['x', 'w']);
    expect(model.inputs).toEqual([{ key: 'x', name: 'x', shape: [2], dtype: 'float32' }]);
    expect(model.states).toEqual([{ key: 'w', name: 'w', shape: [2], dtype: 'float32' }]);
  });

  it('leave an open batch open', () => {
    const x = input('x', [OPEN, 4]);
    const { inputs, outputs } = graphOf(program({ y: reshape(matmul(x, state('w', [4, 6])), [OPEN, 2, 3]) }));
    expect(inputs.map(dimensionsOf)).toEqual([
      ['batch', 4],
      [4, 6],
    ]);
    expect(outputs.map(dimensionsOf)).toEqual([['batch', 2, 3]]);
  });

  it('may be scalars', () => {
    const { inputs } = graphOf(program({ y: relu(input('x', [])) }));
    expect(inputs.map(dimensionsOf)).toEqual([[]]);
  });
});

describe('outputs', () => {
  const x = input('x', [2]);
  const w = state('w', [2]);

  it('carry the names of the program, updates a name of their own', () => {
    const { model, outputs } = graphOf(program({ loss: relu(x) }, { w: add(x, w) }));
    expect(outputs.map(nameOf)).toEqual(['loss', 'next/w']);
    expect(model.outputs.map(({ key, name }) => [key, name])).toEqual([['loss', 'loss']]);
    expect(model.updates.map(({ key, name }) => [key, name])).toEqual([['w', 'next/w']]);
  });

  it('are results of nodes, each of its own, also for leaves, constants and repetitions', () => {
    const y = relu(x);
    const of = program({ y, again: y, x, same: x, constant: tensor([1, 2]) }, { w, copy: y });
    const { model, nodes, outputs } = graphOf(of);
    const made = nodes.flatMap((node) => node.outputs);
    const names = outputs.map(nameOf);
    expect(new Set(names).size).toBe(7);
    for (const name of names) expect(made).toContain(name);
    expect(new Set(made).size).toBe(made.length);
    expect(nodes.filter(({ type }) => type === 'Identity').length).toBe(6);
    expect(model.outputs.map(({ key }) => key)).toEqual(['y', 'again', 'x', 'same', 'constant']);
    expect(model.outputs.find(({ key }) => key === 'x')!.name).not.toBe('x');
  });

  it('keep their names where a node would have had the same', () => {
    const { nodes, outputs } = graphOf(program({ 'add_1/Add': relu(x), y: add(relu(x), w) }));
    expect(outputs.map(nameOf)).toEqual(['add_1/Add', 'y']);
    expect(nodes.map((node) => node.outputs)).toEqual([['add_1/Add'], ['y']]);
  });
});

describe('constants', () => {
  const constantsOf = (y: Tensor) => graphOf(program({ y })).constants;

  it('are stored in the layout of their element type', () => {
    const [float] = constantsOf(tensor([1.5, -2]));
    expect(float).toEqual({ shape: [2], type: 1, data: new Uint8Array(Float32Array.of(1.5, -2).buffer) });
    const [int32] = constantsOf(tensor([3, -4], [2, 1], 'int32'));
    expect(int32).toEqual({ shape: [2, 1], type: 6, data: new Uint8Array(Int32Array.of(3, -4).buffer) });
    const [int64] = constantsOf(tensor([3, -4], [2], 'int64'));
    expect(int64).toEqual({ shape: [2], type: 7, data: new Uint8Array(BigInt64Array.of(3n, -4n).buffer) });
    const [bool] = constantsOf(tensor([1, 0], [2], 'bool'));
    expect(bool).toEqual({ shape: [2], type: 9, data: Uint8Array.of(1, 0) });
  });

  it('are shared when equal in type, shape and every bit', () => {
    const x = input('x', [1, 2]);
    const sum = (...values: Tensor[]) => values.reduce((total, value) => add(total, mul(x, value)), x);
    expect(constantsOf(sum(tensor([[1, 2]]), tensor([[1, 2]]))).length).toBe(1);
    expect(constantsOf(sum(tensor([[1, 2]]), tensor([1, 2]))).length).toBe(2);
    expect(constantsOf(sum(tensor([0, 2]), tensor([-0, 2]))).length).toBe(2);
    const asIndices = (dtype: 'int32' | 'int64') => gather(input('table', [4]), tensor([0, 1], [2], dtype));
    expect(constantsOf(sum(asIndices('int32'), asIndices('int32'))).length).toBe(1);
    expect(constantsOf(sum(asIndices('int32'), asIndices('int64'))).length).toBe(2);
  });
});

describe('nodes', () => {
  it('are named after the graph operation and its number', () => {
    const { nodes } = graphOf(program({ y: relu(matmul(input('x', [2, 3]), state('w', [3, 4]))) }));
    expect(nodes.map(({ name }) => name)).toEqual(['matmul_0/Gemm', 'leakyRelu_1/Relu']);
  });

  it('follow the lowering asked for, where it fits', () => {
    const y = matmul(input('x', [2, 3]), state('w', [3, 4]));
    const typesOf = (options: Parameters<typeof encodeModel>[1]) =>
      graphOf(program({ y }), options).nodes.map(({ type }) => type);
    expect(typesOf({})).toEqual(['Gemm']);
    expect(typesOf({ lowerings: () => 'matmul' })).toEqual(['MatMul']);
    expect(typesOf({ plain: true })).toEqual(['MatMul']);
    const stacked = matmul(input('x', [5, 2, 3]), state('w', [3, 4]));
    const forced = graphOf(program({ y: stacked }), { lowerings: () => 'gemm' });
    expect(forced.nodes.map(({ type }) => type)).toEqual(['MatMul']);
  });

  it('are those of the program as it is when simplification is left out', () => {
    const y = input('x', [2]).mul(1).add(0);
    const typesOf = (options: Parameters<typeof encodeModel>[1]) =>
      graphOf(program({ y }), options).nodes.map(({ type }) => type);
    expect(typesOf({})).toEqual(['Identity']);
    expect(typesOf({ simplify: { identities: false } })).toEqual(['Mul', 'Add']);
  });

  it('have a form that always fits, the last one', () => {
    for (const { name, onnx } of operations) {
      if (typeof onnx !== 'function') expect([name, onnx.at(-1)!.fits]).toEqual([name, undefined]);
    }
  });

  it('carry attributes of every kind', () => {
    const attributes: Record<string, OnnxAttribute> = {
      whole: -3,
      list: [1, 2],
      text: 'constant',
      real: { float: 1 },
    };
    const [x] = [input('x', [1])];
    const custom = defineOp('custom', {
      infer: ([value]) => value!,
      grad: 'none',
      onnx: (b, inputs) => b.node('Custom', inputs, attributes),
      eval: () => {},
      samples: () => [],
    });
    const [node] = graphOf(program({ y: custom([x], {}) })).nodes;
    const [whole, list, text, real] = node!.attributes;
    expect([texts(whole!, 1), integers(whole!, 3), integers(whole!, 20)]).toEqual([['whole'], [-3], [2]]);
    expect([texts(list!, 1), integers(list!, 8), integers(list!, 20)]).toEqual([['list'], [1, 2], [7]]);
    expect([texts(text!, 1), texts(text!, 4), integers(text!, 20)]).toEqual([['text'], ['constant'], [3]]);
    expect([texts(real!, 1), real!.get(2), integers(real!, 20)]).toEqual([
      ['real'],
      [Uint8Array.of(0, 0, 0x80, 0x3f)],
      [1],
    ]);
  });

  it('refuse a fraction where an integer is meant', () => {
    const custom = defineOp('custom', {
      infer: ([value]) => value!,
      grad: 'none',
      onnx: (b, inputs) => b.node('Custom', inputs, { alpha: 0.2 }),
      eval: () => {},
      samples: () => [],
    });
    expect(() => encodeModel(program({ y: custom([input('x', [1])], {}) }))).toThrow(
      "onnx: attribute 'alpha' of custom_0/Custom is 0.2, not an integer; write { float: 0.2 } for a float",
    );
  });
});

it('exposes every computed tensor in order of evaluation', () => {
  const x = input('x', [2]);
  const positive = relu(x);
  const of = program({ y: cast(positive, 'int32') }, { w: positive });
  const { model, outputs } = graphOf(of, { expose: true });
  expect(model.exposed.map(({ name, tensor: { op } }) => [name, op.name])).toEqual([
    ['leakyRelu_0', 'leakyRelu'],
    ['cast_1', 'cast'],
  ]);
  expect(outputs.map(nameOf)).toEqual(['y', 'next/w', 'leakyRelu_0', 'cast_1']);
  expect(graphOf(of).model.exposed).toEqual([]);
});

it('carries metadata', () => {
  const { bytes } = encodeModel(program({ y: relu(input('x', [1])) }), { metadata: { range: '[-1, 1]' } });
  const entries = messages(fieldsOf(bytes), 14).map((entry) => [texts(entry, 1)[0], texts(entry, 2)[0]]);
  expect(entries).toEqual([['range', '[-1, 1]']]);
});
