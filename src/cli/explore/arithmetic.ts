import { UsageError } from '../../base/errors.ts';
import { type Place, pathThrough, reckoned } from '../../explore/space.ts';
import { placeList } from './lists.ts';
import { type CommonOptions, withGenerator } from './opened.ts';
import { placed } from './places.ts';
import { writeFilm, writeGrid } from './show.ts';
import { psiOf } from './truncation.ts';

export interface ArithmeticOptions extends CommonOptions {
  psi?: number | undefined;
  film?: string | undefined;
}

/** Frames of the film, from the first operand to the result and back. */
const FRAMES = 30;

/** a - b + c of the means of places: pictures of a, b, c and the result. */
export const arithmetic = (
  run: string,
  written: readonly string[],
  options: ArithmeticOptions,
): Promise<void> =>
  withGenerator(run, options, async (opened) => {
    const { generator, trained, label } = opened;
    const operands: Place[] = [];
    let first = 0;
    for (const [i, text] of written.entries()) {
      const { places, labels } = await placed(opened, placeList('arithmetic')(text));
      if (places.length === 0) throw new UsageError(`${text} holds no place; give a file with one or more`);
      if (i === 0) first = labels[0]!;
      operands.push(meanOf(places));
    }
    const [a, b, c] = operands as [Place, Place, Place];
    const result = reckoned(a, b, c);
    const all = [a, b, c, result].map(psiOf(generator.space, options.psi));
    const labelled = (count: number) => new Array<number>(count).fill(label ?? first);
    const recipe = {
      arithmetic: `${written[0]} - ${written[1]} + ${written[2]}`,
      space: generator.space.name,
    };
    writeGrid(
      options.out ?? `${trained.label}-arithmetic.png`,
      await generator.pictures(all, labelled(4)),
      { columns: 4, what: `a, b, c and a - b + c in ${recipe.space}: ${recipe.arithmetic}`, recipe },
      opened,
    );
    if (options.film === undefined) return;
    const path = pathThrough([all[0]!, all[3]!], { frames: FRAMES, closed: true });
    writeFilm(options.film, await generator.pictures(path, labelled(path.length)), { recipe }, opened);
  });

/** Several samples to an operand make it clearer (DCGAN, arXiv:1511.06434, section 6.3.2). */
const meanOf = (places: readonly Place[]): Place =>
  places[0]!.map((_, i) => places.reduce((sum, place) => sum + place[i]!, 0) / places.length);
