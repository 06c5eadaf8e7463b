import { type Shape, sizeOf } from '../../graph/shape.ts';
import type { DType } from '../../graph/tensor.ts';
import type { TensorData } from '../session.ts';
import type { Handle } from './api.ts';
import type { Engine } from './engine.ts';

/** A tensor in JavaScript's memory, which the library reads and writes in place once it is bound. */
export interface Value {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: TensorData;
  /** The library's name for it, if it was bound. */
  handle?: Handle;
}

/** ONNXTensorElementDataType of onnxruntime_c_api.h. */
const elementType: Readonly<Record<DType, number>> = { float32: 1, int32: 6, int64: 7, bool: 9 };
const arrayOf = { float32: Float32Array, int32: Int32Array, int64: BigInt64Array, bool: Uint8Array } as const;

/** Room for a tensor. */
export function allocate(dtype: DType, shape: Shape): Value {
  return { dtype, shape, data: new arrayOf[dtype](sizeOf(shape)) };
}

export interface Values {
  /** The library's handle of a value, whose memory has to stay alive as long as a run may use it. */
  bind(value: Value): Handle;
  /** Forgets the handle; the numbers stay. */
  unbind(value: Value): void;
}

/** Handles of values, freed by `unbind` or, when a value is forgotten, some time after it is gone. */
export function openValues({ api, memory }: Engine): Values {
  const forgotten = new FinalizationRegistry<Handle>((handle) => api.release('ReleaseValue', handle));
  return {
    bind(value) {
      if (value.handle !== undefined) return value.handle;
      const { dtype, data, shape } = value;
      // Memory inside JavaScript's own heap could move; asking for the buffer moves it out for good.
      void data.buffer;
      value.handle = api.create(
        'CreateTensorWithDataAsOrtValue',
        ...[
          memory,
          data,
          data.byteLength,
          BigInt64Array.from(shape, BigInt),
          shape.length,
          elementType[dtype],
        ],
      );
      forgotten.register(value, value.handle, value);
      return value.handle;
    },
    unbind(value) {
      if (value.handle === undefined) return;
      forgotten.unregister(value);
      api.release('ReleaseValue', value.handle);
      delete value.handle;
    },
  };
}
