import { GansmithError, UsageError } from '../../base/errors.ts';
import { decodePng, type Picture } from '../../base/png.ts';

/** Decodes the bytes of an image file. Throws GansmithError for a damaged one, MissingDecoderError when it cannot tell. */
export type DecodeImage = (bytes: Uint8Array, name: string) => Promise<Picture>;

/** The image may be sound, but this installation cannot decode its format. */
export class MissingDecoderError extends UsageError {
  override name = 'MissingDecoderError';
}

/** Pixels an image may have: more than any camera takes, few enough for memory. */
export const PIXEL_LIMIT = 200_000_000;

type SharpModule = typeof import('sharp');

/**
 * A decoder of PNG, JPEG and WebP by the optional package sharp; where that is not installed, of PNG alone. The format
 * is told by content, never by file name.
 */
export async function imageDecoder(
  loadSharp: () => Promise<SharpModule> = () => import('sharp'),
): Promise<DecodeImage> {
  const sharp = await loadSharp().then(
    (module) => module.default,
    () => undefined,
  );
  return async (bytes, name) => {
    const format = formatOf(bytes);
    if (format === undefined) throw new GansmithError(`${name}: not a PNG, JPEG or WebP image`);
    if (sharp) return decodeBySharp(sharp, bytes, name);
    if (format === 'PNG') return decodePngWithin(bytes, name);
    throw new MissingDecoderError(
      `${name}: a ${format} image: JPEG and WebP need the optional package sharp; run 'npm install sharp' or convert the images to PNG`,
    );
  };
}

function formatOf(bytes: Uint8Array): 'PNG' | 'JPEG' | 'WebP' | undefined {
  if (startsWith(bytes, 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'PNG';
  if (startsWith(bytes, 0, [0xff, 0xd8, 0xff])) return 'JPEG';
  const isRiff = startsWith(bytes, 0, [0x52, 0x49, 0x46, 0x46]);
  if (isRiff && startsWith(bytes, 8, [0x57, 0x45, 0x42, 0x50])) return 'WebP';
  return undefined;
}

function startsWith(bytes: Uint8Array, offset: number, expected: readonly number[]): boolean {
  return expected.every((byte, i) => bytes[offset + i] === byte);
}

/** The first frame, upright as its EXIF orientation says, as sRGB bytes with or without alpha. */
async function decodeBySharp(
  sharp: SharpModule['default'],
  bytes: Uint8Array,
  name: string,
): Promise<Picture> {
  try {
    const { data, info } = await sharp(bytes, { failOn: 'error', limitInputPixels: PIXEL_LIMIT })
      .autoOrient()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const channels = info.channels as Picture['channels'];
    const samples = new Uint8Array(data.buffer, data.byteOffset, data.length);
    return { width: info.width, height: info.height, channels, data: samples };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new GansmithError(`${name}: cannot be decoded (${reason})`, { cause: error });
  }
}

/** Looks at the size in the header before pixels are unpacked. */
function decodePngWithin(bytes: Uint8Array, name: string): Picture {
  if (bytes.length < 24) throw new GansmithError(`${name}: cannot be decoded (the PNG header is cut off)`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pixels = view.getUint32(16) * view.getUint32(20);
  if (pixels > PIXEL_LIMIT)
    throw new GansmithError(`${name}: has ${pixels} pixels, more than the ${PIXEL_LIMIT} allowed`);
  return decodePng(bytes, name);
}
