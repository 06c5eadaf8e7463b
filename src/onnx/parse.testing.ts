// A reader of protobuf as slow and plain as can be, for tests of what the writer wrote.

/** Fields of a protobuf message by number; length-delimited ones as bytes, to be read further. */
export function fieldsOf(bytes: Uint8Array): Map<number, (bigint | Uint8Array)[]> {
  const fields = new Map<number, (bigint | Uint8Array)[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asIntN(64, value);
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const length = tag % 8 === 2 ? Number(varint()) : tag % 8 === 5 ? 4 : 0;
    const value = tag % 8 === 0 ? varint() : bytes.slice(at, at + length);
    at += length;
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), value]);
  }
  return fields;
}

export type Fields = ReturnType<typeof fieldsOf>;
export const messages = (fields: Fields, field: number): Fields[] =>
  (fields.get(field) ?? []).map((value) => fieldsOf(value as Uint8Array));
export const texts = (fields: Fields, field: number): string[] =>
  (fields.get(field) ?? []).map((value) => new TextDecoder().decode(value as Uint8Array));
export const integers = (fields: Fields, field: number): number[] => (fields.get(field) ?? []).map(Number);

/** Sizes of a ValueInfoProto, names of open ones. */
export function dimensionsOf(port: Fields): (number | string)[] {
  const type = messages(messages(port, 2)[0]!, 1)[0]!;
  const shape = messages(type, 2)[0]!;
  return messages(shape, 1).map((size) => integers(size, 1)[0] ?? texts(size, 2)[0]!);
}

export const nameOf = (port: Fields) => texts(port, 1)[0]!;
