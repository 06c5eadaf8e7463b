import { GansmithError } from '../../base/errors.ts';
import { formatShape, sizeOf } from '../../graph/shape.ts';
import type { WeightTensor } from './tensors.ts';

/** How the elements of a storage lie in memory, little-endian. */
export interface ElementType {
  bytes: number;
  /** Float32 holds every value of it exactly. */
  fitsFloat32: boolean;
  read(view: DataView, at: number): number;
}

/** Element types by PyTorch's names of their storages. */
export const STORAGE_TYPES: Readonly<Record<string, ElementType>> = {
  'torch.FloatStorage': { bytes: 4, fitsFloat32: true, read: (view, at) => view.getFloat32(at, true) },
  'torch.DoubleStorage': { bytes: 8, fitsFloat32: false, read: (view, at) => view.getFloat64(at, true) },
  'torch.HalfStorage': {
    bytes: 2,
    fitsFloat32: true,
    read: (view, at) => halfToNumber(view.getUint16(at, true)),
  },
  'torch.BFloat16Storage': {
    bytes: 2,
    fitsFloat32: true,
    read: (view, at) => brainToNumber(view.getUint16(at, true)),
  },
  'torch.LongStorage': {
    bytes: 8,
    fitsFloat32: false,
    read: (view, at) => Number(view.getBigInt64(at, true)),
  },
  'torch.IntStorage': { bytes: 4, fitsFloat32: false, read: (view, at) => view.getInt32(at, true) },
  'torch.ShortStorage': { bytes: 2, fitsFloat32: true, read: (view, at) => view.getInt16(at, true) },
  'torch.CharStorage': { bytes: 1, fitsFloat32: true, read: (view, at) => view.getInt8(at) },
  'torch.ByteStorage': { bytes: 1, fitsFloat32: true, read: (view, at) => view.getUint8(at) },
  'torch.BoolStorage': { bytes: 1, fitsFloat32: true, read: (view, at) => view.getUint8(at) },
};

/** IEEE 754 binary16: 1 sign bit, 5 of exponent, 10 of fraction. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

/** bfloat16 is the upper half of a float32. */
function brainToNumber(bits: number): number {
  return new Float32Array(Uint32Array.of(bits << 16).buffer)[0]!;
}

/** A tensor as a pickle describes it: a view of a storage, in elements. */
export interface TensorView {
  key: string;
  type: ElementType;
  /** Elements the storage has. */
  elements: number;
  offset: number;
  shape: readonly number[];
  strides: readonly number[];
}

/**
 * Refuses a view that reaches outside its storage, and one that repeats elements: a few bytes could claim any size so.
 */
export function checkView({ elements, offset, shape, strides }: TensorView, where: string): void {
  const reach = shape.reduce((end, size, axis) => end + (size - 1) * strides[axis]!, offset);
  const isEmpty = shape.includes(0);
  if (!isEmpty && (reach >= elements || sizeOf(shape) > elements)) {
    throw new GansmithError(
      `${where} is damaged: a tensor ${formatShape(shape)} with strides [${strides.join(', ')}] from element ${offset} does not fit its storage of ${elements}; use another copy of the file`,
    );
  }
}

/** Copies the elements of a view out of its storage, in row-major order. */
export function readView({ type, offset, shape, strides }: TensorView, storage: Uint8Array): WeightTensor {
  const size = sizeOf(shape);
  const data = type.fitsFloat32 ? new Float32Array(size) : new Float64Array(size);
  const view = new DataView(storage.buffer, storage.byteOffset, storage.byteLength);
  const index = shape.map(() => 0);
  let from = offset;
  for (let i = 0; i < size; i++) {
    data[i] = type.read(view, from * type.bytes);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= shape[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
  return { shape, data };
}
