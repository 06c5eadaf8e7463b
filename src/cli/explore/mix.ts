import { UsageError } from '../../base/errors.ts';
import { mixingGrid } from '../../explore/space.ts';
import { formatSeeds } from '../options.ts';
import type { Named } from './lists.ts';
import { type CommonOptions, withGenerator } from './opened.ts';
import { placed } from './places.ts';
import { blank, joinPictures, pickPictures, writeGrid } from './show.ts';
import { psiOf } from './truncation.ts';

export interface MixOptions extends CommonOptions {
  rows: Named[];
  columns: Named[];
  crossover?: number | undefined;
  layers?: number[] | undefined;
  psi?: number | undefined;
}

/** Figure 3 of StyleGAN: sources at the left and on top, and between them the coarse styles of the one with the fine of the other. */
export const mix = (run: string, options: MixOptions): Promise<void> =>
  withGenerator(run, options, async (opened) => {
    const { generator, trained } = opened;
    const { space } = generator;
    if (space.name !== 'w') {
      throw new UsageError(
        `${generator.gan.gan.name} has no styles to mix; stylegan, stylegan2 and stylegan2-ada have them`,
      );
    }
    const layers = layersOf(options, space.layers);
    const truncated = psiOf(space, options.psi);
    const [left, top] = [await placed(opened, options.rows), await placed(opened, options.columns)];
    const [rows, columns] = [left.places.map(truncated), top.places.map(truncated)];
    const mixed = await generator.pictures(mixingGrid(rows, columns, layers, space));
    const [ofRows, ofColumns] = [await generator.pictures(rows), await generator.pictures(columns)];
    const width = columns.length;
    const body = rows.flatMap((_, row) => [
      pickPictures(ofRows, [row]),
      pickPictures(
        mixed,
        columns.map((_, column) => row * width + column),
      ),
    ]);
    const recipe = { rows: left.names.join(','), columns: top.names.join(','), layers: formatSeeds(layers) };
    const what = `layers ${recipe.layers} of ${space.layers} from the left (${recipe.rows}), the others from the top (${recipe.columns})`;
    writeGrid(
      options.out ?? `${trained.label}-mix.png`,
      joinPictures([blank(generator.gan.data.shape), ofColumns, ...body]),
      { columns: width + 1, what, recipe },
      opened,
    );
  });

function layersOf({ layers, crossover }: MixOptions, count: number): number[] {
  if (layers && crossover !== undefined) {
    throw new UsageError('--crossover and --layers say the same in two ways; give one');
  }
  if (crossover !== undefined && crossover > count) {
    throw new UsageError(`--crossover ${crossover}: expected at most the ${count} layers there are`);
  }
  return layers ?? Array.from({ length: crossover ?? Math.floor(count / 2) }, (_, i) => i);
}
