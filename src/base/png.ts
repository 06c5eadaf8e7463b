import { convertIndexedToRgb, type DecodedPng, decode, encode, hasPngSignature } from 'fast-png';
import { GansmithError } from './errors.ts';

/** An 8-bit image: grey (1), RGB (3) or RGBA (4 channels); `data` is [height, width, channels], row-major. */
export interface Picture {
  width: number;
  height: number;
  channels: 1 | 3 | 4;
  data: Uint8Array;
}

/**
 * The bytes of a PNG file, with one text chunk for each entry of `text`. Such a chunk holds Latin-1 only, so every
 * character beyond printable ASCII, tabs and line ends becomes \uXXXX: give JSON, and JSON.parse undoes it.
 *
 * Throws GansmithError when the data does not fit the size, or a keyword is not 1 to 79 printable ASCII characters.
 */
export function encodePng(picture: Picture, text: Record<string, string> = {}): Uint8Array {
  const { width, height, channels, data } = picture;
  if (![width, height].every((size) => Number.isInteger(size) && size > 0)) {
    throw new GansmithError(`PNG: expected a whole width and height of at least 1, got ${width} x ${height}`);
  }
  if (data.length !== width * height * channels) {
    const expected = `${width} x ${height} x ${channels} = ${width * height * channels}`;
    throw new GansmithError(`PNG: expected ${expected} bytes of pixels, got ${data.length}`);
  }
  const chunks = Object.entries(text).map(([keyword, value]) => [checkKeyword(keyword), escapeText(value)]);
  return encode({ width, height, channels, depth: 8, data, text: Object.fromEntries(chunks) });
}

/**
 * The picture in a PNG file: a palette becomes RGB, grey with alpha or with a transparent colour becomes RGBA, and
 * samples of other depths are scaled to 8 bits. `where` names the file in errors.
 *
 * Throws GansmithError for a file that is truncated, damaged, not a PNG, or interlaced with fewer than 8 bits a
 * sample. Memory use is bounded by what the file's bytes can hold, whatever its header claims.
 */
export function decodePng(bytes: Uint8Array, where = 'the image'): Picture {
  const png = decodeChunks(bytes, where);
  if (!png.palette || png.channels !== 1) return toPicture(png);
  const data = orDamaged(where, () => convertIndexedToRgb(png));
  return { width: png.width, height: png.height, channels: png.palette[0]?.length === 4 ? 4 : 3, data };
}

/** The text chunks (tEXt) of a PNG file by keyword, as they are stored. Throws GansmithError as `decodePng` does. */
export function readPngText(bytes: Uint8Array, where = 'the image'): Record<string, string> {
  return decodeChunks(bytes, where).text;
}

function checkKeyword(keyword: string): string {
  if (/^[!-~]([ -~]{0,77}[!-~])?$/.test(keyword)) return keyword;
  const quoted = JSON.stringify(keyword);
  throw new GansmithError(
    `PNG: the text keyword ${quoted} does not fit; use 1 to 79 printable ASCII characters`,
  );
}

function escapeText(text: string): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return text.replace(/[^\t\n\r -~]/g, escaped);
}

function decodeChunks(bytes: Uint8Array, where: string): DecodedPng {
  checkChunks(bytes, where);
  checkHeader(bytes, where);
  return orDamaged(where, () => decode(bytes, { checkCrc: true }));
}

/** Walks the chunks (length, type, data, checksum), so that a cut file is told from a damaged one. */
function checkChunks(bytes: Uint8Array, where: string): void {
  if (!hasPngSignature(bytes)) {
    throw new GansmithError(`${where} is not a PNG: its first 8 bytes are not a PNG's; give a PNG file`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 8;
  while (offset + 12 <= bytes.length) {
    const type = String.fromCharCode(...bytes.subarray(offset + 4, offset + 8));
    if ((type === 'IHDR') !== (offset === 8)) throw damaged(where, 'it must start with its one header');
    offset += 12 + view.getUint32(offset);
    if (type === 'IEND' && offset <= bytes.length) return;
  }
  throw new GansmithError(
    `${where} is truncated: it ends before its last chunk; use another copy of the file`,
  );
}

/** Refuses sizes beyond what the file can hold, since the decoder allocates what the header claims. */
function checkHeader(bytes: Uint8Array, where: string): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const [depth, interlaced] = [view.getUint8(24), view.getUint8(28) === 1];
  if (width === 0 || height === 0) throw damaged(where, `its header claims ${width} x ${height} pixels`);
  if (width * height * (depth / 8) > bytes.length * BEST_DEFLATE_RATIO) {
    throw damaged(where, `its header claims ${width} x ${height} pixels, too many for ${bytes.length} bytes`);
  }
  if (interlaced && depth < 8) {
    throw new GansmithError(
      `${where}: an interlaced PNG with ${depth} bits a sample is not supported; save it without interlacing`,
    );
  }
}

/** Deflate's longest match gives 258 bytes for 2 bits. */
const BEST_DEFLATE_RATIO = 1032;

function toPicture(png: DecodedPng): Picture {
  const { width, height, channels, depth, transparency } = png;
  const samples = depth < 8 ? unpackBits(png) : png.data;
  const bytes = depth === 8 ? new Uint8Array(samples) : toBytes(samples, 2 ** depth - 1);
  if (channels !== 2 && !transparency) {
    return { width, height, channels: channels as Picture['channels'], data: bytes };
  }

  const data = new Uint8Array(width * height * 4);
  const [green, blue] = channels === 3 ? [1, 2] : [0, 0];
  for (let from = 0, to = 0; to < data.length; from += channels, to += 4) {
    data[to] = bytes[from]!;
    data[to + 1] = bytes[from + green]!;
    data[to + 2] = bytes[from + blue]!;
    if (channels === 2) data[to + 3] = bytes[from + 1]!;
    else data[to + 3] = transparency?.every((value, c) => samples[from + c] === value) ? 0 : 255;
  }
  return { width, height, channels: 4, data };
}

/** Grey samples of 1, 2 or 4 bits, one an element; each row starts at a byte. */
function unpackBits({ width, height, depth, data }: DecodedPng): Uint8Array {
  const rowBytes = Math.ceil((width * depth) / 8);
  const samples = new Uint8Array(width * height);
  for (let i = 0; i < samples.length; i++) {
    const bit = (i % width) * depth;
    const byte = data[Math.floor(i / width) * rowBytes + (bit >> 3)]!;
    samples[i] = (byte >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
  }
  return samples;
}

function toBytes(samples: DecodedPng['data'], largest: number): Uint8Array {
  return Uint8Array.from(samples, (sample) => Math.round((sample * 255) / largest));
}

function orDamaged<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw damaged(where, error instanceof Error ? error.message : String(error));
  }
}

function damaged(where: string, problem: string): GansmithError {
  return new GansmithError(`${where} is damaged: ${problem}; use another copy of the file`);
}
