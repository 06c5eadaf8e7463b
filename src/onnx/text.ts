import type { OnnxAttribute } from '../graph/op.ts';
import type { Program } from '../graph/program.ts';
import { formatShape, type Shape } from '../graph/shape.ts';
import type { DType } from '../graph/tensor.ts';
import type { ConstantData, OnnxNode } from './graph.ts';
import { type LowerOptions, lowerProgram } from './lower.ts';

/** Constants up to this many elements are written out. */
const SHORT = 8;

/** The ONNX nodes a program is written as, one a line in order of evaluation. */
export function onnxText(program: Program, options: LowerOptions = {}): string {
  const graph = lowerProgram(program, options);
  return [
    `program ${graph.name}`,
    ...graph.inputs.map((port) => `input ${port.name}: ${typeText(port)}`),
    ...graph.states.map((port) => `state ${port.name}: ${typeText(port)}`),
    ...graph.constants.map(
      (constant) => `${constant.name}: ${typeText(constant)}${elementsText(constant.data)}`,
    ),
    ...graph.nodes.map(nodeText),
    ...graph.outputs.map((port) => `output ${port.key} = ${port.name}: ${typeText(port)}`),
    ...graph.updates.map((port) => `update ${port.key} = ${port.name}: ${typeText(port)}`),
    ...graph.exposed.map(({ name, tensor }) => `exposed ${name}: ${typeText(tensor)}`),
  ].join('\n');
}

const typeText = ({ dtype, shape }: { dtype: DType; shape: Shape }): string =>
  `${dtype}${formatShape(shape)}`;

const elementsText = (data: ConstantData): string =>
  data.length <= SHORT ? ` = ${Array.from<number | bigint>(data).join(' ')}` : '';

function nodeText({ type, inputs, output, attributes }: OnnxNode): string {
  const settings = Object.entries(attributes).map(([key, value]) => `${key}=${attributeText(value)}`);
  return `${output} = ${type}(${[...inputs.map((name) => name || '-'), ...settings].join(', ')})`;
}

const attributeText = (value: OnnxAttribute): string =>
  JSON.stringify(typeof value === 'object' && 'float' in value ? value.float : value);
