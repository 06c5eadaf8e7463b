import type { Film } from '../../parts/film/frames.ts';
import { picture } from './pictures.ts';

/** Pictures a film holds at most; of more, evenly spaced ones are taken. */
const MOST_FRAMES = 200;
/** Milliseconds a picture stands. */
const STAY = 120;

/** Samples of a run as a film. @param urls the pictures, in order */
export async function filmOfSamples(name: string, urls: readonly string[]): Promise<Film> {
  const step = Math.max(1, urls.length / MOST_FRAMES);
  const chosen = Array.from(
    { length: Math.min(urls.length, MOST_FRAMES) },
    (_, i) => urls[Math.floor(i * step)]!,
  );
  const first = await picture(chosen[0]!);
  const { naturalWidth: width, naturalHeight: height } = first;
  return {
    name,
    count: chosen.length,
    width,
    height,
    delay: STAY,
    async draw(index, context) {
      context.drawImage(await picture(chosen[index]!), 0, 0, width, height);
    },
  };
}
