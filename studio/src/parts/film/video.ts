import type { VideoCodec } from 'mediabunny';
import type { Film } from './frames.ts';

/** Codecs that a format can carry, the most widely played first, by the names that browsers know them by. */
const CODECS: Record<'mp4' | 'webm', readonly (readonly [VideoCodec, string])[]> = {
  mp4: [
    ['avc', 'avc1.640028'],
    ['avc', 'avc1.42001f'],
    ['vp9', 'vp09.00.40.08'],
    ['av1', 'av01.0.08M.08'],
  ],
  webm: [
    ['vp9', 'vp09.00.40.08'],
    ['vp8', 'vp8'],
    ['av1', 'av01.0.08M.08'],
  ],
};

/** The side that small pictures are brought to, in whole multiples: codecs keep colours at half the resolution. */
const SIDE = 480;

export interface Encoding {
  codec: VideoCodec;
  fullCodecString: string;
  width: number;
  height: number;
  bitrate: number;
  /** What pictures are multiplied by. */
  scale: number;
}

/** How this browser would encode a film in a format; undefined when it cannot. */
export async function encodingOf(
  format: 'mp4' | 'webm',
  { width, height }: Pick<Film, 'width' | 'height'>,
): Promise<Encoding | undefined> {
  // Browsers have it on pages of https and of this machine alone.
  if (typeof VideoEncoder === 'undefined') return undefined;
  const scale = Math.max(1, Math.round(SIDE / Math.max(width, height)));
  // Sizes have to be even; a last odd row or column is doubled.
  const even = (size: number) => size * scale + ((size * scale) % 2);
  const size = { width: even(width), height: even(height) };
  const bitrate = Math.max(1_000_000, 12 * size.width * size.height);
  for (const [codec, fullCodecString] of CODECS[format]) {
    const { supported } = await VideoEncoder.isConfigSupported({
      codec: fullCodecString,
      ...size,
      bitrate,
    }).catch(() => ({ supported: false }));
    if (supported) return { codec, fullCodecString, ...size, bitrate, scale };
  }
  return undefined;
}

/** A film as a video file. */
export async function encodeVideo(
  film: Film,
  format: 'mp4' | 'webm',
  { width, height, scale, ...encoding }: Encoding,
): Promise<Blob> {
  const { BufferTarget, CanvasSource, Mp4OutputFormat, Output, WebMOutputFormat } = await import(
    'mediabunny'
  );
  const target = new BufferTarget();
  const output = new Output({
    format: format === 'mp4' ? new Mp4OutputFormat({ fastStart: 'in-memory' }) : new WebMOutputFormat(),
    target,
  });
  const picture = new OffscreenCanvas(film.width, film.height);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { alpha: false })!;
  context.imageSmoothingEnabled = false;
  const source = new CanvasSource(canvas, encoding);
  output.addVideoTrack(source);
  await output.start();
  const second = film.delay / 1000;
  for (let i = 0; i < film.count; i++) {
    await film.draw(i, picture.getContext('2d')!);
    // Drawn a little larger first, so that an odd edge is filled.
    context.drawImage(picture, 0, 0, width, height);
    context.drawImage(picture, 0, 0, film.width * scale, film.height * scale);
    await source.add(i * second, i === film.count - 1 ? 1 : second);
  }
  await output.finalize();
  return new Blob([target.buffer!], { type: `video/${format}` });
}
