const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

const encoder = new TextEncoder();

/**
 * Writes the protobuf wire format (protobuf.dev/programming-guides/encoding) into one growing buffer, field by field.
 * Large arrays are copied as they are, never element by element.
 */
export class ProtobufWriter {
  #buffer: Uint8Array<ArrayBuffer>;
  #length = 0;
  readonly #texts = new Map<string, Uint8Array>();

  /** `capacity` is a guess at the final size in bytes; a good one saves copies. */
  constructor(capacity = 1024) {
    this.#buffer = new Uint8Array(capacity);
  }

  /** What was written so far: a view, valid until the next write. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(0, this.#length);
  }

  /** An integer field (int32, int64, enum); negative ones take ten bytes, as protobuf demands. */
  integer(field: number, value: number | bigint): void {
    this.#tag(field, VARINT);
    this.#varint(value);
  }

  /** A `repeated` integer field, not packed, as proto2 writes it. */
  integers(field: number, values: readonly number[]): void {
    for (const value of values) this.integer(field, value);
  }

  float(field: number, value: number): void {
    this.#tag(field, FIXED32);
    this.#reserve(4);
    new DataView(this.#buffer.buffer).setFloat32(this.#length, value, true);
    this.#length += 4;
  }

  string(field: number, text: string): void {
    let bytes = this.#texts.get(text);
    if (!bytes) {
      bytes = encoder.encode(text);
      this.#texts.set(text, bytes);
    }
    this.bytes(field, bytes);
  }

  /** The memory of an array, byte for byte. */
  bytes(field: number, data: ArrayBufferView): void {
    this.#tag(field, LENGTH_DELIMITED);
    this.#varint(data.byteLength);
    this.#reserve(data.byteLength);
    this.#buffer.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), this.#length);
    this.#length += data.byteLength;
  }

  /** A message inside this one; `write` fills in its fields. */
  message(field: number, write: () => void): void {
    this.#tag(field, LENGTH_DELIMITED);
    // The length comes first but is known last. Most messages are shorter than 128 bytes, so one byte is kept free for
    // it, and longer messages are moved along.
    this.#reserve(1);
    const start = this.#length + 1;
    this.#length = start;
    write();
    const size = this.#length - start;
    const moved = varintLength(size) - 1;
    if (moved > 0) {
      this.#reserve(moved);
      this.#buffer.copyWithin(start + moved, start, this.#length);
    }
    this.#length = start - 1;
    this.#varint(size);
    this.#length += size;
  }

  #tag(field: number, wireType: number): void {
    this.#varint(field * 8 + wireType);
  }

  #varint(value: number | bigint): void {
    this.#reserve(10);
    if (typeof value === 'number' && value >= 0) {
      let rest = value;
      for (; rest >= 128; rest = Math.floor(rest / 128)) this.#buffer[this.#length++] = (rest % 128) + 128;
      this.#buffer[this.#length++] = rest;
    } else {
      let rest = BigInt.asUintN(64, BigInt(value));
      for (; rest >= 128n; rest >>= 7n) this.#buffer[this.#length++] = Number(rest & 127n) + 128;
      this.#buffer[this.#length++] = Number(rest);
    }
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#buffer.length, this.#length + more));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }
}

/** Bytes a non-negative integer takes, seven bits each. */
function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) length++;
  return length;
}
