import { GansmithError, UsageError } from '../../base/errors.ts';
import type { DecodeImage } from './decode.ts';

type SharpModule = typeof import('sharp');

/** Resolution at which one unit of an SVG is one pixel. */
const UNITS = 72;

/**
 * Draws SVG pictures so that their view box is `size` pixels wide, by the optional package sharp; other formats go to `others`.
 * @throws UsageError when sharp is not installed.
 */
export async function svgDecoder(
  source: string,
  size: number,
  others: DecodeImage,
  loadSharp: () => Promise<SharpModule> = () => import('sharp'),
): Promise<DecodeImage> {
  const sharp = await loadSharp().then(
    (module) => module.default,
    () => {
      throw new UsageError(
        `data '${source}': its pictures are SVG, which need the optional package sharp; run 'npm install sharp'`,
      );
    },
  );
  return async (bytes, name) => {
    const text = new TextDecoder().decode(bytes);
    if (!/^\s*(<\?xml[^>]*>\s*)?<svg\b/.test(text)) return others(bytes, name);
    const width = Number(/viewBox\s*=\s*["']\s*[\d.-]+[\s,]+[\d.-]+[\s,]+([\d.]+)/.exec(text)?.[1]);
    if (!(width > 0)) throw new GansmithError(`${name}: an SVG picture without a view box`);
    try {
      // Below the least density there is, what is too large is made smaller with the other pictures.
      const density = Math.max((UNITS * size) / width, 1);
      const { data, info } = await sharp(bytes, { density })
        .toColourspace('srgb')
        .ensureAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      const samples = new Uint8Array(data.buffer, data.byteOffset, data.length);
      return { width: info.width, height: info.height, channels: 4, data: samples };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new GansmithError(`${name}: cannot be drawn (${reason})`, { cause: error });
    }
  };
}
