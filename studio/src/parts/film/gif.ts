/** A picture of a film: pixels as RGBA, row by row. */
export interface Frame {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

const TRAILER = 0x3b;

/**
 * An animated GIF (version 89a, W3C specification) that repeats for ever.
 *
 * One palette serves all pictures: 256 greys where all are grey, else 6 x 7 x 6 evenly spaced levels of red, green and blue.
 * @param delay milliseconds a picture stands; the last stands for a second
 */
export function encodeGif(frames: readonly Frame[], delay: number): Uint8Array<ArrayBuffer> {
  const [first] = frames;
  if (!first) throw new Error('a film needs a picture');
  const { width, height } = first;
  const grey = frames.every(isGrey);
  const bytes: number[] = [...latin('GIF89a'), ...word(width), ...word(height), 0xf7, 0, 0];
  for (let i = 0; i < 256; i++) bytes.push(...(grey ? [i, i, i] : levels(i)));
  bytes.push(0x21, 0xff, 11, ...latin('NETSCAPE2.0'), 3, 1, ...word(0), 0);
  const parts: Uint8Array[] = [Uint8Array.from(bytes)];
  for (const [i, frame] of frames.entries()) {
    const hundredths = i === frames.length - 1 ? 100 : Math.max(2, Math.round(delay / 10));
    const control = [0x21, 0xf9, 4, 0, ...word(hundredths), 0, 0];
    const place = [0x2c, ...word(0), ...word(0), ...word(width), ...word(height), 0];
    parts.push(Uint8Array.from([...control, ...place, 8]), compress(indicesOf(frame, grey)));
  }
  parts.push(Uint8Array.of(TRAILER));
  return joined(parts);
}

const latin = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));
const word = (value: number): number[] => [value & 255, value >> 8];

function isGrey({ data }: Frame): boolean {
  for (let i = 0; i < data.length; i += 4)
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return false;
  return true;
}

const [REDS, GREENS, BLUES] = [6, 7, 6] as const;

/** The colour of a place in the palette. */
function levels(index: number): number[] {
  if (index >= REDS * GREENS * BLUES) return [0, 0, 0];
  const blue = index % BLUES;
  const green = Math.floor(index / BLUES) % GREENS;
  const red = Math.floor(index / (BLUES * GREENS));
  return [(red * 255) / (REDS - 1), (green * 255) / (GREENS - 1), (blue * 255) / (BLUES - 1)].map(Math.round);
}

function indicesOf({ data }: Frame, grey: boolean): Uint8Array {
  const indices = new Uint8Array(data.length / 4);
  const level = (value: number, count: number) => Math.round((value / 255) * (count - 1));
  for (let i = 0; i < indices.length; i++) {
    const [r, g, b] = [data[4 * i]!, data[4 * i + 1]!, data[4 * i + 2]!];
    indices[i] = grey ? r : (level(r, REDS) * GREENS + level(g, GREENS)) * BLUES + level(b, BLUES);
  }
  return indices;
}

const [CLEAR, END, FIRST_CODE, MOST_CODES] = [256, 257, 258, 4096] as const;

/** Lempel-Ziv-Welch codes of 8-bit values, in blocks of up to 255 bytes (appendix F of the specification). */
function compress(indices: Uint8Array): Uint8Array {
  const out: number[] = [];
  let [pending, bits, size] = [0, 0, 9];
  const write = (code: number) => {
    pending |= code << bits;
    for (bits += size; bits >= 8; bits -= 8, pending >>>= 8) out.push(pending & 255);
  };
  let codes = new Map<number, number>();
  let next: number = FIRST_CODE;
  write(CLEAR);
  let prefix = indices[0]!;
  for (let i = 1; i < indices.length; i++) {
    const value = indices[i]!;
    const key = (prefix << 8) | value;
    const known = codes.get(key);
    if (known !== undefined) {
      prefix = known;
      continue;
    }
    write(prefix);
    if (next < MOST_CODES) {
      // The reader learns a code one later than the writer, so codes grow when the next would not fit.
      if (next === 1 << size) size++;
      codes.set(key, next++);
    } else {
      write(CLEAR);
      codes = new Map();
      next = FIRST_CODE;
      size = 9;
    }
    prefix = value;
  }
  write(prefix);
  if (next === 1 << size && size < 12) size++;
  write(END);
  if (bits > 0) out.push(pending & 255);
  const blocks: number[] = [];
  for (let at = 0; at < out.length; at += 255) {
    const block = out.slice(at, at + 255);
    blocks.push(block.length, ...block);
  }
  return Uint8Array.from([...blocks, 0]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
