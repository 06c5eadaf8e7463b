import { GansmithError } from '../../base/errors.ts';
import { formatShape, sizeOf } from '../../graph/shape.ts';
import { halfToNumber } from './storage.ts';
import type { NamedTensors, WeightTensor } from './tensors.ts';

// Field numbers are those of onnx.proto (github.com/onnx/onnx): ModelProto.graph, GraphProto.initializer, TensorProto.
const GRAPH = 7;
const INITIALIZER = 5;
const TENSOR = { dims: 1, type: 2, floats: 4, name: 8, raw: 9, doubles: 10, location: 14 } as const;

/** Bytes of an element and how it is read, by TensorProto.DataType. */
const TYPES: Readonly<Record<number, { bytes: number; read(view: DataView, at: number): number }>> = {
  1: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  7: { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  10: { bytes: 2, read: (view, at) => halfToNumber(view.getUint16(at, true)) },
  11: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
};
const IN_FLOAT32 = [1, 10];

/** The constants ("initializers") of an ONNX model by name; its nodes are not looked at. @throws GansmithError */
export function readOnnxInitializers(bytes: Uint8Array, where: string): NamedTensors {
  const graph = fieldsOf(bytes, where).find(
    ({ field, value }) => field === GRAPH && value instanceof Uint8Array,
  );
  if (!graph) throw new GansmithError(`${where} is not an ONNX model: it has no graph`);
  const tensors = new Map<string, WeightTensor>();
  for (const { field, value } of fieldsOf(graph.value as Uint8Array, where)) {
    if (field !== INITIALIZER || !(value instanceof Uint8Array)) continue;
    const { name, tensor } = readTensor(value, where);
    tensors.set(name, tensor);
  }
  return tensors;
}

function readTensor(bytes: Uint8Array, where: string): { name: string; tensor: WeightTensor } {
  const fields = fieldsOf(bytes, where);
  const all = (wanted: number) => fields.filter(({ field }) => field === wanted).map(({ value }) => value);
  const name = new TextDecoder().decode((all(TENSOR.name)[0] as Uint8Array | undefined) ?? new Uint8Array());
  const problem = (what: string) => new GansmithError(`${where}: initializer '${name}' ${what}`);
  if (all(TENSOR.location)[0])
    throw problem('lies in a file of its own; save the model with its data inside');
  const type = Number(all(TENSOR.type)[0] ?? 0);
  const element = TYPES[type];
  if (!element) throw problem(`has element type ${type}; expected float32, float16, float64 or int64`);
  const shape = all(TENSOR.dims)
    .flatMap((value) => (value instanceof Uint8Array ? varints(value, where) : [value]))
    .map(Number);
  const size = sizeOf(shape);
  const parts = [TENSOR.raw, TENSOR.floats, TENSOR.doubles]
    .flatMap(all)
    .filter((value) => value instanceof Uint8Array);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (!shape.every((axis) => Number.isSafeInteger(axis) && axis >= 0) || length !== size * element.bytes) {
    throw problem(
      `is ${formatShape(shape)}, which its ${length} bytes do not fill; use another copy of the file`,
    );
  }
  const data = IN_FLOAT32.includes(type) ? new Float32Array(size) : new Float64Array(size);
  let to = 0;
  for (const part of parts) {
    const view = new DataView(part.buffer, part.byteOffset, part.byteLength);
    for (let at = 0; at + element.bytes <= part.length; at += element.bytes)
      data[to++] = element.read(view, at);
  }
  return { name, tensor: { shape, data } };
}

interface Field {
  field: number;
  /** A number, or the bytes of a text, a list or a message. */
  value: bigint | Uint8Array;
}

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** The fields of a protobuf message (protobuf.dev/programming-guides/encoding), in order. */
function fieldsOf(bytes: Uint8Array, where: string): Field[] {
  const fields: Field[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = varint(bytes, at, where);
    at = tag.end;
    const [field, wire] = [Number(tag.value >> 3n), Number(tag.value & 7n)];
    if (wire === VARINT) {
      const { value, end } = varint(bytes, at, where);
      fields.push({ field, value });
      at = end;
      continue;
    }
    let length = wire === FIXED64 ? 8 : wire === FIXED32 ? 4 : -1;
    if (wire === LENGTH_DELIMITED) {
      const size = varint(bytes, at, where);
      at = size.end;
      length = size.value <= BigInt(bytes.length) ? Number(size.value) : bytes.length + 1;
    }
    if (length < 0 || at + length > bytes.length) throw damaged(where);
    fields.push({ field, value: bytes.subarray(at, at + length) });
    at += length;
  }
  return fields;
}

function varints(bytes: Uint8Array, where: string): bigint[] {
  const values: bigint[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { value, end } = varint(bytes, at, where);
    values.push(value);
    at = end;
  }
  return values;
}

function varint(bytes: Uint8Array, start: number, where: string): { value: bigint; end: number } {
  let value = 0n;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[start + i];
    if (byte === undefined) break;
    value |= BigInt(byte & 127) << BigInt(7 * i);
    if (byte < 128) return { value: BigInt.asIntN(64, value), end: start + i + 1 };
  }
  throw damaged(where);
}

const damaged = (where: string): GansmithError =>
  new GansmithError(
    `${where} is not an ONNX model, or damaged: its fields do not fit into it; use another copy`,
  );
