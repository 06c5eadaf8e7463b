import { UsageError } from '../../base/errors.ts';
import type { Pictures } from '../../explore/generator.ts';
import { type Place, type Space, truncated } from '../../explore/space.ts';
import type { Named } from './lists.ts';
import { type CommonOptions, withGenerator } from './opened.ts';
import { placed } from './places.ts';
import { joinPictures, pickPictures, writeFilm, writeGrid } from './show.ts';

/** Truncation by psi, as `sample` has it: towards the mean of w, or of the latent by a factor. */
export const psiOf =
  (space: Space, psi = 1) =>
  (place: Place): Place =>
    psi === 1 ? place : truncated(place, psi, space);

export interface TruncateOptions extends CommonOptions {
  seeds: Named[];
  low?: number | undefined;
  high?: number | undefined;
  steps: number;
  film?: string | undefined;
}

/** A row for each seed, from the most truncated picture to the least: by psi in w, else by the threshold of a normal latent. */
export const truncate = (run: string, options: TruncateOptions): Promise<void> =>
  withGenerator(run, options, async (opened) => {
    const { generator, trained } = opened;
    const { seeds, steps } = options;
    const byThreshold = generator.space.name === 'z' && generator.latent.normal;
    const { low = byThreshold ? 0.1 : 0, high = byThreshold ? 2 : 1 } = options;
    if (!(low < high)) throw new UsageError(`--low ${low} must be below --high ${high}`);
    if (byThreshold && !(low > 0)) {
      throw new UsageError(`--low ${low}: a threshold of ${generator.gan.gan.name}'s latents is above 0`);
    }
    const amounts = Array.from({ length: steps }, (_, i) => low + ((high - low) * i) / (steps - 1));
    const untouched = await placed(opened, seeds);
    const columns: Pictures[] = [];
    for (const amount of amounts) {
      const { places, labels } = byThreshold
        ? await placed(opened, seeds, { truncation: amount })
        : { ...untouched, places: untouched.places.map(psiOf(generator.space, amount)) };
      columns.push(await generator.pictures(places, labels));
    }
    const rows = untouched.places.map((_, row) =>
      joinPictures(columns.map((column) => pickPictures(column, [row]))),
    );
    const called = byThreshold ? 'threshold' : 'psi';
    const what = `${called} from ${low} to ${high} in ${steps} steps, a row each for ${untouched.names.join(', ')}`;
    const recipe = { seeds: untouched.names.join(','), [called]: amounts };
    const out = options.out ?? `${trained.label}-truncate.png`;
    writeGrid(out, joinPictures(rows), { columns: steps, what, recipe }, opened);
    if (options.film !== undefined) {
      const there = Array.from({ length: steps }, (_, i) => i);
      const back = there.slice(1, -1).reverse();
      writeFilm(
        options.film,
        pickPictures(rows[0]!, [...there, ...back]),
        { recipe, framesPerSecond: 10 },
        opened,
      );
    }
  });
