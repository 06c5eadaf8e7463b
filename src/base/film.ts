import { crc32 } from './crc32.ts';
import { GansmithError } from './errors.ts';
import { encodePng, type Picture } from './png.ts';

export interface FilmOptions {
  /** Default 20. */
  framesPerSecond?: number;
  /** Milliseconds that the last frame stays longer. Default 0. */
  rest?: number;
  /** Text chunks, as of `encodePng`. */
  text?: Record<string, string>;
}

/** A frame's delay is told in parts of this many to the second. */
const CLOCK = 1000;
const SIGNATURE = 8;

/**
 * Pictures of one size as an animated PNG that plays for ever: the first frame is what a reader of plain PNG files shows.
 * Source: PNG specification, third edition, sections 11.3.6 and 13.
 *
 * @throws GansmithError when there is no frame, or the frames differ in size or channels.
 */
export function encodeFilm(
  frames: readonly Picture[],
  { framesPerSecond = 20, rest = 0, text = {} }: FilmOptions = {},
): Uint8Array {
  const [first] = frames;
  if (!first) throw new GansmithError('film: expected at least one frame');
  const { width, height, channels } = first;
  const other = frames.find(
    (frame) => frame.width !== width || frame.height !== height || frame.channels !== channels,
  );
  if (other) {
    throw new GansmithError(
      `film: expected frames of ${width} x ${height} x ${channels}, got one of ${other.width} x ${other.height} x ${other.channels}`,
    );
  }
  const parts: Uint8Array[] = [];
  let sequence = 0;
  frames.forEach((frame, i) => {
    const delay = Math.round(CLOCK / framesPerSecond) + (i === frames.length - 1 ? rest : 0);
    const bytes = encodePng(frame, i === 0 ? text : {});
    const chunks = chunksOf(bytes);
    const control = chunk('fcTL', frameControl(sequence++, frame, Math.min(delay, 0xffff)));
    const data = chunks.filter(({ type }) => type === 'IDAT');
    if (i > 0) {
      const numbered = data.map(({ content }) => chunk('fdAT', joined([uint32(sequence++), content])));
      parts.push(control, ...numbered);
      return;
    }
    const before = chunks.filter(({ type }) => type !== 'IDAT' && type !== 'IEND');
    parts.push(bytes.subarray(0, SIGNATURE), ...before.map(({ whole }) => whole));
    parts.push(chunk('acTL', joined([uint32(frames.length), uint32(0)])), control);
    parts.push(...data.map(({ whole }) => whole));
  });
  return joined([...parts, chunk('IEND', new Uint8Array(0))]);
}

/** Sequence number, size, place, delay in parts of a second; nothing is disposed of, and a frame replaces the one before. */
function frameControl(sequence: number, { width, height }: Picture, delay: number): Uint8Array {
  const bytes = new Uint8Array(26);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, sequence);
  view.setUint32(4, width);
  view.setUint32(8, height);
  view.setUint16(20, delay);
  view.setUint16(22, CLOCK);
  return bytes;
}

/** The chunks of a PNG file that this codec wrote: type, content, and all of the chunk. */
function chunksOf(bytes: Uint8Array): { type: string; content: Uint8Array; whole: Uint8Array }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = [];
  for (let at = SIGNATURE; at < bytes.length; ) {
    const end = at + 12 + view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    found.push({ type, content: bytes.subarray(at + 8, end - 4), whole: bytes.subarray(at, end) });
    at = end;
  }
  return found;
}

/** Length, type, content, and the checksum of type and content. */
function chunk(type: string, content: Uint8Array): Uint8Array {
  const named = joined([Uint8Array.from(type, (letter) => letter.charCodeAt(0)), content]);
  return joined([uint32(content.length), named, uint32(crc32(named))]);
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
