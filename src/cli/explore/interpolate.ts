import { UsageError } from '../../base/errors.ts';
import { type Place, pathThrough } from '../../explore/space.ts';
import type { Named } from './lists.ts';
import { type CommonOptions, type Opened, withGenerator } from './opened.ts';
import { placed } from './places.ts';
import { joinPictures, writeFilm, writeGrid } from './show.ts';
import { psiOf } from './truncation.ts';

export interface InterpolateOptions extends CommonOptions {
  seeds: Named[];
  /** Where paths are straight, or along the sphere. Default: w where there is one. */
  space?: 'z' | 'w' | undefined;
  /** Straight in z too. */
  linear?: boolean | undefined;
  steps: number;
  film?: string | undefined;
  frames: number;
  psi?: number | undefined;
}

/** Pictures on the way from one place to the next: a strip a pair, and a film that goes round. */
export const interpolate = (run: string, options: InterpolateOptions): Promise<void> =>
  withGenerator(run, options, async (opened) => {
    const { seeds, steps, film, frames } = options;
    if (seeds.length < 2)
      throw new UsageError('--seeds: a path needs two seeds or more, such as --seeds 0-3');
    const walk = await walkOf(opened, options);
    const strips = [];
    for (let pair = 0; pair + 1 < seeds.length; pair++) {
      strips.push(await walk([pair, pair + 1], steps - 1, false));
    }
    const out = options.out ?? `${opened.trained.label}-interpolate.png`;
    const recipe = { seeds: names(seeds), space: walk.space };
    const what = `${seeds.length - 1} paths in ${walk.space} of ${steps} pictures each, seeds ${recipe.seeds}`;
    writeGrid(out, joinPictures(strips), { columns: steps, what, recipe }, opened);
    if (film === undefined) return;
    const round = await walk(
      seeds.map((_, i) => i),
      frames,
      true,
    );
    writeFilm(film, round, { recipe }, opened);
  });

const names = (seeds: readonly Named[]): string =>
  seeds.map((name) => ('seed' in name ? name.seed : name.file)).join(',');

/** Pictures along paths through some of the named places. */
async function walkOf(opened: Opened, { seeds, space, linear = false, psi }: InterpolateOptions) {
  const { generator, label } = opened;
  const own = generator.space.name;
  const chosen = space ?? own;
  if (chosen === 'w' && own === 'z')
    throw new UsageError(`--space w: ${generator.gan.gan.name} has no styles w; its paths are in z`);
  const isInLatents = chosen === 'z' && own === 'w';
  const files = seeds.filter((name) => 'file' in name);
  if (isInLatents && files.length > 0)
    throw new UsageError('--space z: a file holds places in w; take seeds, or paths in w');
  const truncate = psiOf(generator.space, psi);
  const { places, labels } = await placed(opened, seeds);
  const latents = isInLatents
    ? generator.latents(seeds.map((name) => ('seed' in name ? name.seed : 0)))
    : places;
  const spherical = chosen === 'z' && generator.latent.normal && !linear;
  const walk = async (ends: readonly number[], frames: number, closed: boolean) => {
    const path = pathThrough(
      ends.map((end) => latents[end]!),
      { frames, closed, spherical },
    );
    // The class stays that of the first place along the way: there is nothing between two classes.
    const along = path.map(() => label ?? labels[ends[0]!]!);
    const found: Place[] = isInLatents ? await generator.places(path, along) : path;
    return generator.pictures(found.map(truncate), along);
  };
  return Object.assign(walk, { space: spherical ? `${chosen}, along the sphere` : chosen });
}
