import { type Shape, sameShape } from '../graph/shape.ts';
import type { DType } from '../graph/tensor.ts';
import type { ConstantData, OnnxConstant } from './graph.ts';

/** The constants of a model, each stored once however often it is asked for. */
export interface ConstantPool {
  readonly constants: readonly OnnxConstant[];
  /** Name of the constant with these numbers, which are kept, not copied. */
  nameOf(data: ConstantData, shape: Shape, dtype: DType): string;
}

/** `claim` turns a wish for a name into one nobody else has. */
export function constantPool(claim: (wish: string) => string): ConstantPool {
  const constants: OnnxConstant[] = [];
  const byHash = new Map<string, OnnxConstant[]>();
  return {
    constants,
    nameOf(data, shape, dtype) {
      const hash = `${dtype}${data.length} ${hashOf(data)}`;
      const candidates = byHash.get(hash) ?? [];
      const known = candidates.find((other) => sameShape(other.shape, shape) && sameBits(other.data, data));
      if (known) return known.name;
      const constant = { name: claim(`constant_${constants.length}`), shape, dtype, data };
      constants.push(constant);
      byHash.set(hash, [...candidates, constant]);
      return constant.name;
    },
  };
}

/** Numbers in the memory layout of an element type. */
export function asElements(values: ArrayLike<number>, dtype: DType): ConstantData {
  if (dtype === 'int64') return BigInt64Array.from(values, (value) => BigInt(value));
  if (dtype === 'int32') return new Int32Array(values);
  if (dtype === 'bool') return new Uint8Array(values);
  return new Float32Array(values);
}

/** The memory as whole numbers: equal bits are what counts, since -0 and 0 divide differently. */
function bitsOf(data: ConstantData): Uint32Array | Uint8Array {
  if (data instanceof Uint8Array) return data;
  return new Uint32Array(data.buffer, data.byteOffset, data.byteLength / 4);
}

/** FNV-1a (Fowler, Noll and Vo), a word at a time. */
function hashOf(data: ConstantData): number {
  let hash = 0x811c9dc5;
  for (const word of bitsOf(data)) hash = Math.imul(hash ^ word, 0x01000193);
  return hash >>> 0;
}

function sameBits(a: ConstantData, b: ConstantData): boolean {
  const [left, right] = [bitsOf(a), bitsOf(b)];
  return left.length === right.length && left.every((word, i) => word === right[i]);
}
