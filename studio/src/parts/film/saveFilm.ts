import { download } from '../download.ts';
import type { Film, FilmFormat } from './frames.ts';
import { encodeGif } from './gif.ts';
import { encodeVideo, encodingOf } from './video.ts';

/** Hands the reader a film. @throws Error when this browser cannot encode it */
export async function saveFilm(film: Film, format: FilmFormat): Promise<void> {
  if (film.count === 0) throw new Error('A film needs a picture.');
  if (format === 'gif') {
    download(`${film.name}.gif`, new Blob([await gifOf(film)], { type: 'image/gif' }));
    return;
  }
  const encoding = await encodingOf(format, film);
  if (!encoding) throw new Error(`This browser encodes no video for ${format}.`);
  download(`${film.name}.${format}`, await encodeVideo(film, format, encoding));
}

async function gifOf({ count, width, height, delay, draw }: Film): Promise<Uint8Array<ArrayBuffer>> {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
  const frames = [];
  for (let i = 0; i < count; i++) {
    await draw(i, context);
    frames.push({ width, height, data: context.getImageData(0, 0, width, height).data });
  }
  return encodeGif(frames, delay);
}
