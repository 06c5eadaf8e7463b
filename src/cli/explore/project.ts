import type { Pictures } from '../../explore/generator.ts';
import { type Projection, type ProjectionSpace, project as search } from '../../explore/project.ts';
import { interruptible } from '../interruptible.ts';
import { print } from '../output.ts';
import { type CommonOptions, type Opened, withGenerator } from './opened.ts';
import { writePlaces } from './places.ts';
import { joinPictures, pickPictures, writeFilm, writeGrid } from './show.ts';
import { targetsOf } from './targets.ts';

export interface ProjectOptions extends CommonOptions {
  space?: ProjectionSpace | undefined;
  steps: number;
  rate: number;
  example: readonly number[];
  data?: string | undefined;
  film?: string | undefined;
}

/** Frames of a film of a search, at most. */
const FRAMES = 100;

/** Searches for pictures, and writes target, likeness and difference, the places, and a film of the search. */
export const project = (run: string, files: readonly string[], options: ProjectOptions): Promise<void> =>
  interruptible((working) =>
    withGenerator(run, options, async (opened) => {
      const { generator, executor, trained, label } = opened;
      const { space, steps, rate, film } = options;
      const targets = await targetsOf(opened, files, options.example, options.data);
      const labels = targets.labels.map((known) => label ?? known ?? 0);
      const frames: Pictures[] = [];
      const every = Math.ceil(steps / FRAMES);
      const found = await search(executor, generator, targets.pictures, {
        ...{ space, steps, rate, labels },
        async onStep({ step, steps, pictures }) {
          if (film !== undefined && (step % every === 0 || step === steps))
            frames.push(pickPictures(pictures, [0]));
          await working.at(step, steps, 'searching (steps)');
        },
      });
      working.finish();
      const out = options.out ?? `${trained.label}-project.png`;
      const recipe = { targets: targets.names, space: found.space, steps, distances: found.after };
      const count = targets.names.length;
      writeGrid(
        out,
        compared(targets.pictures, found),
        { columns: 3, what: `target, likeness in ${found.space} and difference`, recipe },
        opened,
      );
      const places = `${out.replace(/\.png$/, '')}.safetensors`;
      writePlaces(places, found.places, labels, opened);
      print(
        `${places}: ${count === 1 ? 'the place' : `the ${count} places`}, to be given in place of a seed`,
      );
      for (const [i, name] of targets.names.entries()) {
        print(`${name}: distance ${figure(found.before[i]!)} at first, ${figure(found.after[i]!)} now`);
      }
      writeFilmOf(film, frames, targets.pictures, opened);
    }),
  );

const figure = (value: number): string => value.toPrecision(3);

/** A row a target: it, its likeness, and their difference, grey where they agree. */
function compared(targets: Pictures, { pictures }: Projection): Pictures {
  const difference: Pictures = {
    shape: targets.shape,
    data: targets.data.map((value, i) => (pictures.data[i]! - value) / 2),
  };
  const rows = Array.from({ length: targets.shape[0] }, (_, i) => i);
  return joinPictures(
    rows.flatMap((row) => [targets, pictures, difference].map((part) => pickPictures(part, [row]))),
  );
}

/** The search for the first target, beside it, with a rest at the end. */
function writeFilmOf(
  film: string | undefined,
  frames: readonly Pictures[],
  targets: Pictures,
  opened: Opened,
): void {
  if (film === undefined) return;
  const [, channels, height, width] = targets.shape;
  const target = pickPictures(targets, [0]).data;
  const beside = frames.map(({ data }): Pictures => {
    const both = new Float32Array(2 * data.length);
    for (let row = 0; row < channels * height; row++) {
      both.set(target.subarray(row * width, (row + 1) * width), 2 * row * width);
      both.set(data.subarray(row * width, (row + 1) * width), (2 * row + 1) * width);
    }
    return { shape: [1, channels, height, 2 * width], data: both };
  });
  writeFilm(film, joinPictures(beside), { rest: 1500 }, opened);
}
