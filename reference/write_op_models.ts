// Writes an ONNX model for every operation, sample and form of it, and for its derivatives, into the folder given:
//   npx tsx reference/write_op_models.ts FOLDER && python reference/check_onnx.py FOLDER

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { grad, input, leakyRelu, matmul, OPEN, state, sum, type Tensor, tensor } from '../src/graph/index.ts';
import { applyOperation, type Operation, type Sample } from '../src/graph/op.ts';
import { operations } from '../src/graph/ops/index.ts';
import { type EncodeOptions, encodeModel } from '../src/onnx/model.ts';

const folder = process.argv[2];
if (!folder) throw new Error('usage: npx tsx reference/write_op_models.ts FOLDER');
mkdirSync(folder, { recursive: true });

function write(name: string, roots: readonly Tensor[], options: EncodeOptions = {}): void {
  const outputs = new Map(roots.map((root, i) => [`y${i}`, root]));
  const { bytes } = encodeModel({ name, outputs, updates: new Map() }, options);
  writeFileSync(join(folder!, `${name}.onnx`), bytes);
}

function writeSample(operation: Operation, sample: Sample, number: number): void {
  const inputs = sample.inputs.map(({ shape, dtype }, i) => input(`x${i}`, shape, dtype));
  const output = applyOperation(operation, inputs, sample.attributes);
  const name = `${operation.name}-${number}`;
  write(name, [output]);
  write(`${name}-exposed`, [output], { expose: true });

  if (operation.terms) write(`${name}-float16`, [output], { precision: 'float16' });

  const forms = typeof operation.onnx === 'function' ? [] : operation.onnx;
  for (const form of forms.filter(({ fits }) => fits?.(output, output.attributes) ?? true)) {
    write(`${name}-${form.name}`, [output], {
      lowerings: ({ op }) => (op === operation ? form.name : undefined),
    });
  }

  const floats = inputs.filter(({ dtype }) => dtype === 'float32');
  if (operation.grad === 'none' || output.dtype !== 'float32' || floats.length === 0) return;
  write(`${name}-gradient`, grad(sum(output.mul(output)), floats));
  write(`${name}-gradient-plain`, grad(sum(output.mul(output)), floats), { plain: true });
}

for (const operation of operations) {
  operation.samples().forEach((sample, number) => {
    writeSample(operation, sample, number);
  });
}

// Results that are no results of a node by themselves, states, an open batch, metadata.
const x = input('x', [OPEN, 4]);
const w = state('w', [4, 6]);
const y = leakyRelu(matmul(x, w)).reshape([OPEN, 2, 3]);
const outputs = new Map([...Object.entries({ x, y, again: y, constant: tensor([1, 2]) })]);
const program = { name: 'border', outputs, updates: new Map([['w', w]]) };
writeFileSync(join(folder, 'border.onnx'), encodeModel(program, { metadata: { range: '[-1, 1]' } }).bytes);
