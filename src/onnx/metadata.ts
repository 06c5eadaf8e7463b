import { GansmithError } from '../base/errors.ts';

/**
 * The key-value pairs an ONNX model carries (`metadata_props`, field 14 of a ModelProto), which runtimes for browsers do not
 * tell. The rest of the file is passed over unread.
 *
 * @throws GansmithError when the bytes are no protobuf message, or end within one.
 */
export function readModelMetadata(bytes: Uint8Array): Record<string, string> {
  const text = (field: Uint8Array | undefined) => new TextDecoder().decode(field);
  const entries: [string, string][] = [];
  for (const { number, content } of fieldsOf(bytes)) {
    if (number !== 14) continue;
    const parts = new Map<number, Uint8Array>();
    for (const part of fieldsOf(content)) parts.set(part.number, part.content);
    entries.push([text(parts.get(1)), text(parts.get(2))]);
  }
  return Object.fromEntries(entries);
}

/** Bytes of a field by the wire type of its tag (protobuf.dev/programming-guides/encoding); type 2 says its own. */
const FIXED: Record<number, number> = { 1: 8, 5: 4 };

/** The fields of a message in their order; those that are numbers have no content here. */
function* fieldsOf(bytes: Uint8Array): Generator<{ number: number; content: Uint8Array }> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      if (byte === undefined || scale > 2 ** 63) throw foreign();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const [number, type] = [Math.floor(tag / 8), tag % 8];
    if (type === 0) varint();
    const length = type === 2 ? varint() : type === 0 ? 0 : FIXED[type];
    if (length === undefined || number === 0 || at + length > bytes.length) throw foreign();
    yield { number, content: bytes.subarray(at, at + (type === 2 ? length : 0)) };
    at += length;
  }
}

const foreign = () =>
  new GansmithError('the file is damaged or not an ONNX model; export it again, or use another copy');
