import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GansmithError } from './errors.ts';
import {
  decodeSafetensors,
  encodeSafetensors,
  type StoredTensor,
  type StoredTensors,
} from './safetensors.ts';

const EXAMPLE = new Map<string, StoredTensor>([
  ['weight', { dtype: 'F32', shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, Number.NaN, -0) }],
  ['bias', { dtype: 'F64', shape: [2], data: Float64Array.of(0.1, 1e300) }],
  ['step', { dtype: 'I64', shape: [], data: BigInt64Array.of(-5n) }],
  ['labels', { dtype: 'I32', shape: [3], data: Int32Array.of(1, -1, 2 ** 30) }],
  ['pixels', { dtype: 'U8', shape: [3], data: Uint8Array.of(0, 128, 255) }],
  ['mask', { dtype: 'BOOL', shape: [1, 2], data: Uint8Array.of(1, 0) }],
  ['empty', { dtype: 'F32', shape: [0, 7], data: new Float32Array(0) }],
]);
const BYTES = encodeSafetensors(EXAMPLE, { seed: '1' });
const HEADER_END = 8 + Number(new DataView(BYTES.buffer).getBigUint64(0, true));

describe('a safetensors file', () => {
  it('is laid out as the format describes', () => {
    const bytes = encodeSafetensors(
      new Map([['a', { dtype: 'U8', shape: [2], data: Uint8Array.of(7, 9) }]]),
      {},
    );
    const header =
      '{"__metadata__":{"gansmith.crc32":"--------"},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}';
    const padded = Math.ceil(header.length / 8) * 8;
    expect(Array.from(bytes.subarray(0, 8))).toEqual([padded, 0, 0, 0, 0, 0, 0, 0]);
    const text = new TextDecoder().decode(bytes.subarray(8, 8 + padded));
    expect(text.replace(/[0-9a-f]{8}/, '--------')).toBe(header.padEnd(padded));
    expect(Array.from(bytes.subarray(8 + padded))).toEqual([7, 9]);
  });

  it('gives back every element type, the shapes and the metadata', () => {
    const { tensors, metadata } = decodeSafetensors(BYTES, 'a.safetensors');
    expect(metadata).toEqual({ seed: '1' });
    expect([...tensors.keys()]).toEqual([...EXAMPLE.keys()].sort());
    for (const [name, tensor] of EXAMPLE) expect(tensors.get(name)).toEqual(tensor);
  });

  it('has the same bytes whatever the order of insertion', () => {
    const reversed = new Map([...EXAMPLE].reverse());
    const forward = encodeSafetensors(EXAMPLE, { b: '1', a: '2' });
    expect(encodeSafetensors(reversed, { a: '2', b: '1' })).toEqual(forward);
  });

  it('can be read from the middle of a larger buffer, and its tensors are copies', () => {
    const larger = new Uint8Array(BYTES.length + 10);
    larger.set(BYTES, 3);
    const { tensors } = decodeSafetensors(larger.subarray(3, 3 + BYTES.length), 'x');
    larger.fill(0);
    expect(tensors.get('bias')?.data).toEqual(Float64Array.of(0.1, 1e300));
  });

  it('can be read from a Node buffer, whose own slice copies nothing', () => {
    const { tensors } = decodeSafetensors(Buffer.from(BYTES), 'a.safetensors');
    expect(tensors.get('weight')!.data).toEqual(EXAMPLE.get('weight')!.data);
  });

  it('stores a view of a larger array alone', () => {
    const view = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    const bytes = encodeSafetensors(new Map([['v', { dtype: 'F32', shape: [2], data: view }]]), {});
    expect(decodeSafetensors(bytes, 'x').tensors.get('v')?.data).toEqual(Float32Array.of(2, 3));
  });

  it('written by others needs no checksum and no metadata', () => {
    const bytes = fileOf({ a: { dtype: 'I32', shape: [1], data_offsets: [0, 4] } }, [1, 2, 0, 0]);
    expect(decodeSafetensors(bytes, 'x').tensors.get('a')?.data).toEqual(Int32Array.of(513));
  });

  it('round-trips any names, shapes, values and metadata', () => {
    fc.assert(
      fc.property(tensorMaps, metadataObjects, (tensors, metadata) => {
        const decoded = decodeSafetensors(encodeSafetensors(tensors, metadata), 'x');
        expect(new Map(decoded.tensors)).toEqual(tensors);
        expect(Object.entries(decoded.metadata).sort()).toEqual(Object.entries(metadata).sort());
      }),
    );
  });
});

describe('encodeSafetensors refuses', () => {
  const cases: [string, string, StoredTensor, string][] = [
    [
      'data of another type',
      'w',
      { dtype: 'F32', shape: [1], data: Float64Array.of(1) },
      'tensor "w" of F32: expected a Float32Array, got a Float64Array',
    ],
    [
      'a shape of another size',
      'w',
      { dtype: 'F32', shape: [2, 2], data: Float32Array.of(1) },
      'tensor "w": expected as many elements as shape [2, 2] has, got 1 elements',
    ],
    [
      'a BOOL that is neither 0 nor 1',
      'm',
      { dtype: 'BOOL', shape: [1], data: Uint8Array.of(2) },
      'tensor "m" of BOOL: expected only 0 and 1',
    ],
    ['the reserved name', '__metadata__', { dtype: 'U8', shape: [0], data: new Uint8Array(0) }, 'rename it'],
  ];
  it.each(cases)('%s', (_, name, tensor, message) => {
    expect(() => encodeSafetensors(new Map([[name, tensor]]), {})).toThrow(message);
  });
});

describe('decodeSafetensors refuses', () => {
  const entry = { dtype: 'U8', shape: [2], data_offsets: [0, 2] };
  const cases: [string, Uint8Array, string][] = [
    ['an empty file', new Uint8Array(0), 'is truncated: it has 0 bytes, a header needs 8'],
    ['a PNG', Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10, 0, 0), 'is not a safetensors file'],
    [
      'a file cut in its header',
      BYTES.subarray(0, 50),
      `is truncated: its header claims ${HEADER_END - 8} bytes, but 42`,
    ],
    [
      'a file cut in its data',
      BYTES.subarray(0, BYTES.length - 1),
      'is truncated: its tensors take 65 bytes, but 64',
    ],
    [
      'a header of 2^64 - 1 bytes',
      Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 123),
      'claims 18446744073709551615 bytes',
    ],
    ['a header that is not JSON', fileOfText('{"a":'), 'is damaged: its header is not valid JSON'],
    ['metadata that is a text', fileOf({ __metadata__: 'x' }), 'its metadata is not an object of texts'],
    ['metadata of numbers', fileOf({ __metadata__: { a: 1 } }), 'its metadata is not an object of texts'],
    ['an entry that is a number', fileOf({ a: 5 }), 'tensor "a" has no valid shape'],
    ['a negative size', fileOf({ a: { ...entry, shape: [-2] } }, [1, 2]), 'tensor "a" has no valid shape'],
    ['a broken size', fileOf({ a: { ...entry, shape: [1.5] } }, [1, 2]), 'tensor "a" has no valid shape'],
    [
      'one offset',
      fileOf({ a: { ...entry, data_offsets: [0] } }, [1, 2]),
      'tensor "a" has no valid data_offsets',
    ],
    ['no dtype', fileOf({ a: { ...entry, dtype: 1 } }, [1, 2]), 'tensor "a" has no dtype'],
    [
      'a dtype it does not store',
      fileOf({ a: { ...entry, dtype: 'BF16' } }, [1, 2]),
      'tensor "a" has the element type "BF16"; expected one of F64, F32, I64, I32, U8, BOOL',
    ],
    [
      'a dtype that is a method name',
      fileOf({ a: { ...entry, dtype: 'toString' } }, [1, 2]),
      'the element type "toString"',
    ],
    [
      'a shape that does not fill its offsets',
      fileOf({ a: { ...entry, shape: [3] } }, [1, 2]),
      'tensor "a": shape [3] of U8 takes 3 bytes, but its offsets [0, 2] span 2',
    ],
    [
      'an enormous shape',
      fileOf({ a: { ...entry, shape: [2 ** 50, 2 ** 50] } }, [1, 2]),
      'but its offsets [0, 2] span 2',
    ],
    [
      'an enormous shape with its offsets',
      fileOf({ a: { ...entry, shape: [2 ** 40], data_offsets: [0, 2 ** 40] } }, [1, 2]),
      'is truncated: its tensors take 1099511627776 bytes, but 2',
    ],
    [
      'overlapping tensors',
      fileOf({ a: entry, b: { ...entry, data_offsets: [1, 3] } }, [1, 2, 3]),
      'the data of tensor "b" overlaps the tensor before it: expected byte 2, got 1',
    ],
    [
      'a gap between tensors',
      fileOf({ a: entry, b: { ...entry, data_offsets: [3, 5] } }, [1, 2, 3, 4, 5]),
      'the data of tensor "b" leaves a gap before it: expected byte 2, got 3',
    ],
    [
      'bytes after the last tensor',
      fileOf({ a: entry }, [1, 2, 3]),
      '1 bytes after its last tensor belong to nothing',
    ],
    [
      'a BOOL that is neither 0 nor 1',
      fileOf({ a: { ...entry, dtype: 'BOOL' } }, [1, 2]),
      'tensor "a" of BOOL holds bytes other than 0 and 1',
    ],
    [
      'a checksum that does not match',
      fileOf({ __metadata__: { 'gansmith.crc32': '00000000' }, a: entry }, [1, 2]),
      'its checksum does not match its contents',
    ],
  ];
  it.each(cases)('%s', (_, bytes, message) => {
    const decode = () => decodeSafetensors(bytes, 'run/last.safetensors');
    expect(decode).toThrow(GansmithError);
    expect(decode).toThrow(/^run\/last\.safetensors/);
    expect(decode).toThrow(message);
  });

  it('any truncation', () => {
    fc.assert(
      fc.property(fc.nat(BYTES.length - 1), (length) => {
        expect(() => decodeSafetensors(BYTES.subarray(0, length), 'x')).toThrow(GansmithError);
      }),
    );
  });

  it('any changed byte of the data', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: HEADER_END, max: BYTES.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (i, flip) => {
          expect(() => decodeSafetensors(changed([[i, flip]]), 'x')).toThrow('x is damaged');
        },
      ),
    );
  });

  it('a changed byte of the header, or reads the same contents in spite of it', () => {
    const original = decodeSafetensors(BYTES, 'x');
    for (let place = 0; place < HEADER_END; place++) {
      for (let bit = 0; bit < 8; bit++) {
        const decoded = decodedOrRefused(changed([[place, 1 << bit]]));
        // A damaged name of the checksum entry is read as an entry of the writer's, beside the original contents.
        if (decoded) expect(decoded).toMatchObject(original);
      }
    }
  });

  it('several changed bytes of the header without any other failure', () => {
    const flip = fc.tuple(fc.nat(HEADER_END - 1), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(fc.array(flip, { minLength: 2, maxLength: 8 }), (places) => {
        decodedOrRefused(changed(places));
      }),
      { numRuns: 1000 },
    );
  });

  it('arbitrary headers without any other failure', () => {
    const offsets = fc.array(fc.oneof(fc.nat(20), fc.integer(), fc.double()), { maxLength: 3 });
    const value = fc.oneof(
      fc.jsonValue(),
      fc.record({ dtype: fc.constantFrom('F32', 'U8', 'I64', 'F16'), shape: offsets, data_offsets: offsets }),
    );
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), value, { maxKeys: 3 }),
        fc.uint8Array({ maxLength: 20 }),
        (header, data) => {
          try {
            decodeSafetensors(fileOf(header, Array.from(data)), 'x');
          } catch (error) {
            expect(error).toBeInstanceOf(GansmithError);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

/** What the bytes hold, or undefined when they are refused; any other failure is passed on. */
function decodedOrRefused(bytes: Uint8Array): StoredTensors | undefined {
  try {
    return decodeSafetensors(bytes, 'x');
  } catch (error) {
    if (error instanceof GansmithError) return undefined;
    throw error;
  }
}

function changed(places: readonly (readonly [number, number])[]): Uint8Array {
  const bytes = BYTES.slice();
  for (const [i, flip] of places) bytes[i]! ^= flip;
  return bytes;
}

function fileOf(header: object, data: number[] = []): Uint8Array {
  return fileOfText(JSON.stringify(header), data);
}

function fileOfText(header: string, data: number[] = []): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

const shapes = fc.array(fc.nat(4), { maxLength: 3 });
const tensor: fc.Arbitrary<StoredTensor> = shapes.chain((shape) => {
  const size = shape.reduce((product, n) => product * n, 1);
  const length = { minLength: size, maxLength: size };
  return fc.oneof(
    fc.float64Array(length).map((data): StoredTensor => ({ dtype: 'F64', shape, data })),
    fc.float32Array(length).map((data): StoredTensor => ({ dtype: 'F32', shape, data })),
    fc.bigInt64Array(length).map((data): StoredTensor => ({ dtype: 'I64', shape, data })),
    fc.int32Array(length).map((data): StoredTensor => ({ dtype: 'I32', shape, data })),
    fc.uint8Array(length).map((data): StoredTensor => ({ dtype: 'U8', shape, data })),
    fc.uint8Array({ ...length, max: 1 }).map((data): StoredTensor => ({ dtype: 'BOOL', shape, data })),
  );
});
const names = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('__proto__', '10', '9', 'constructor'),
);
const tensorMaps = fc.array(fc.tuple(names, tensor), { maxLength: 5 }).map((entries) => new Map(entries));
const metadataObjects = fc
  .array(fc.tuple(names, fc.string()), { maxLength: 4 })
  .map((entries) => Object.fromEntries(entries));
