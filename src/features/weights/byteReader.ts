/** Reads numbers and texts from bytes, one after another. `fail` makes the error for what cannot be read. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly fail: (problem: string) => Error;
  at: number;

  constructor(bytes: Uint8Array, start: number, fail: (problem: string) => Error) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = start;
    this.fail = fail;
  }

  /** Moves over so many bytes and returns where they start. */
  take(count: number): number {
    const from = this.at;
    if (count > this.bytes.length - from) throw this.fail('its pickle is cut off');
    this.at += count;
    return from;
  }

  byte(): number {
    return this.bytes[this.take(1)]!;
  }

  uint16(): number {
    return this.view.getUint16(this.take(2), true);
  }

  uint32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  int32(): number {
    return this.view.getInt32(this.take(4), true);
  }

  /** Big-endian, as pickles have it. */
  float64(): number {
    return this.view.getFloat64(this.take(8));
  }

  uint64(): number {
    const value = this.view.getBigUint64(this.take(8), true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw this.fail(`a length of ${value} bytes cannot be`);
    return Number(value);
  }

  /** UTF-8 of so many bytes. */
  text(length: number): string {
    const from = this.take(length);
    return new TextDecoder().decode(this.bytes.subarray(from, from + length));
  }

  /** Text up to the end of the line, which is passed over. */
  line(): string {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0) throw this.fail('its pickle is cut off');
    const text = this.text(end - this.at);
    this.at++;
    return text;
  }

  /** A little-endian whole number in two's complement; a bigint where a number would not hold it. */
  long(length: number): number | bigint {
    const from = this.take(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.bytes[from + i]!);
    const signed = BigInt.asIntN(8 * length, value);
    return BigInt.asIntN(53, signed) === signed ? Number(signed) : signed;
  }
}
