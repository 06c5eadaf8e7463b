import { download } from '../../parts/download.ts';
import { encodeGif, type Frame } from './gif.ts';
import { picture } from './pictures.ts';

/** Pictures a film holds at most; of more, evenly spaced ones are taken. */
const MOST_FRAMES = 200;

/** Saves samples as an animated GIF. @param urls the pictures, in order */
export async function saveFilm(name: string, urls: readonly string[], delay: number): Promise<void> {
  const step = Math.max(1, urls.length / MOST_FRAMES);
  const chosen = Array.from(
    { length: Math.min(urls.length, MOST_FRAMES) },
    (_, i) => urls[Math.floor(i * step)]!,
  );
  const images = await Promise.all(chosen.map(picture));
  const { naturalWidth: width, naturalHeight: height } = images[0]!;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
  const frames = images.map((image): Frame => {
    context.drawImage(image, 0, 0, width, height);
    return { width, height, data: context.getImageData(0, 0, width, height).data };
  });
  download(`${name}.gif`, new Blob([encodeGif(frames, delay)], { type: 'image/gif' }));
}
