import { GansmithError } from '../base/errors.ts';
import type { OnnxAttribute } from '../graph/op.ts';
import { onnxType } from '../graph/ops/elementwise.ts';
import type { Program } from '../graph/program.ts';
import { OPEN } from '../graph/shape.ts';
import type { OnnxConstant, OnnxGraph, OnnxNode, Port } from './graph.ts';
import { type LowerOptions, lowerProgram } from './lower.ts';
import { ProtobufWriter } from './protobuf.ts';

// Field numbers are those of onnx.proto (github.com/onnx/onnx). IR 10 and operator set 21 belong together: ONNX 1.16.

const IR_VERSION = 10;
const OPSET = 21;
const PRODUCER = 'gansmith';

export interface EncodeOptions extends LowerOptions {
  /** Key-value pairs for whoever loads the model, such as the range of its pixels. */
  metadata?: Readonly<Record<string, string>>;
}

export interface EncodedModel extends Omit<OnnxGraph, 'nodes' | 'constants'> {
  /** An ONNX ModelProto. */
  bytes: Uint8Array<ArrayBuffer>;
}

/** Writes a program as an ONNX model; an open batch axis becomes the dimension `batch`. */
export function encodeModel(
  program: Program,
  { metadata = {}, ...options }: EncodeOptions = {},
): EncodedModel {
  const { nodes, constants, ...border } = lowerProgram(program, options);
  const size = constants.reduce((sum, { data }) => sum + data.byteLength, 0);
  const writer = new ProtobufWriter(size + 400 * nodes.length + 4096);
  writer.integer(1, IR_VERSION);
  writer.message(8, () => writer.integer(2, OPSET));
  writer.string(2, PRODUCER);
  writer.message(7, () => writeGraph(writer, { nodes, constants, ...border }));
  for (const [key, value] of Object.entries(metadata)) {
    writer.message(14, () => {
      writer.string(1, key);
      writer.string(2, value);
    });
  }
  return { bytes: writer.finish(), ...border };
}

function writeGraph(writer: ProtobufWriter, graph: OnnxGraph): void {
  for (const node of graph.nodes) writer.message(1, () => writeNode(writer, node));
  writer.string(2, graph.name);
  for (const constant of graph.constants) writer.message(5, () => writeConstant(writer, constant));
  for (const port of [...graph.inputs, ...graph.states]) writer.message(11, () => writePort(writer, port));
  const exposed = graph.exposed.map(({ name, tensor: { shape, dtype } }) => ({ name, shape, dtype }));
  for (const port of [...graph.outputs, ...graph.updates, ...exposed]) {
    writer.message(12, () => writePort(writer, port));
  }
}

function writeNode(writer: ProtobufWriter, { name, type, inputs, output, attributes }: OnnxNode): void {
  for (const input of inputs) writer.string(1, input);
  writer.string(2, output);
  writer.string(3, name);
  writer.string(4, type);
  for (const [key, value] of Object.entries(attributes)) {
    writer.message(5, () => {
      writer.string(1, key);
      writeAttribute(writer, value, `attribute '${key}' of ${name}`);
    });
  }
}

/** AttributeProto.AttributeType */
const attributeType = { float: 1, integer: 2, string: 3, integers: 7 } as const;

function writeAttribute(writer: ProtobufWriter, value: OnnxAttribute, where: string): void {
  if (typeof value === 'number') {
    writer.integer(3, wholeNumber(value, where));
    writer.integer(20, attributeType.integer);
  } else if (typeof value === 'string') {
    writer.string(4, value);
    writer.integer(20, attributeType.string);
  } else if ('float' in value) {
    writer.float(2, value.float);
    writer.integer(20, attributeType.float);
  } else {
    writer.integers(
      8,
      value.map((element) => wholeNumber(element, where)),
    );
    writer.integer(20, attributeType.integers);
  }
}

function wholeNumber(value: number, where: string): number {
  if (!Number.isSafeInteger(value)) {
    throw new GansmithError(
      `onnx: ${where} is ${value}, not an integer; write { float: ${value} } for a float`,
    );
  }
  return value;
}

function writeConstant(writer: ProtobufWriter, { name, shape, dtype, data }: OnnxConstant): void {
  writer.integers(1, shape);
  writer.integer(2, onnxType[dtype]);
  writer.string(8, name);
  writer.bytes(9, data);
}

function writePort(writer: ProtobufWriter, { name, shape, dtype }: Omit<Port, 'key'>): void {
  writer.string(1, name);
  writer.message(2, () =>
    writer.message(1, () => {
      writer.integer(1, onnxType[dtype]);
      writer.message(2, () => {
        for (const size of shape) {
          writer.message(1, () => (size === OPEN ? writer.string(2, 'batch') : writer.integer(1, size)));
        }
      });
    }),
  );
}
