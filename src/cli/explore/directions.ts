import { UsageError } from '../../base/errors.ts';
import { encodeSafetensors } from '../../base/safetensors.ts';
import { principalComponents } from '../../explore/principal.ts';
import { attributeDirection } from '../../explore/probe.ts';
import { meanPlace, moved, type Place } from '../../explore/space.ts';
import { interruptible, type Working } from '../interruptible.ts';
import { print } from '../output.ts';
import { writeNamedFile } from '../writeNamedFile.ts';
import { judgeOf } from './attribute.ts';
import type { Named } from './lists.ts';
import { type CommonOptions, type Opened, withGenerator } from './opened.ts';
import { placed } from './places.ts';
import { writeGrid } from './show.ts';

export interface DirectionsOptions extends CommonOptions {
  attribute?: string | undefined;
  components: number;
  samples: number;
  seeds?: Named[] | undefined;
  range: number;
  steps: number;
  layers?: number[] | undefined;
  features?: string | undefined;
  data?: string | undefined;
}

/** A direction with its length in standard deviations, and what is known of it. */
interface Direction {
  vector: Float64Array;
  deviation: number;
  said: string;
}

/** Samples drawn at once. */
const CHUNK = 64;

/** Finds directions in the space of a generator, and writes them with strips of pictures along each. */
export const directions = (run: string, options: DirectionsOptions): Promise<void> =>
  interruptible((working) =>
    withGenerator(run, options, async (opened) => {
      const { generator, trained, label } = opened;
      const { space } = generator;
      const found = options.attribute
        ? await ofAttribute(opened, options.attribute, options, working)
        : await ofVariance(opened, options, working);
      working.finish();
      const from = options.seeds
        ? await placed(opened, options.seeds)
        : { places: [meanPlace(space)], labels: [label ?? 0], names: ['the mean'] };
      const { range, steps, layers } = options;
      const amounts = Array.from({ length: steps }, (_, i) => range * ((2 * i) / (steps - 1) - 1));
      const rows = found.flatMap(({ vector, deviation }) =>
        from.places.map((place) =>
          amounts.map((amount) => moved(place, vector, amount * deviation, space, layers)),
        ),
      );
      const labels = found.flatMap(() => from.labels.flatMap((label) => amounts.map(() => label)));
      const out = options.out ?? `${trained.label}-directions.png`;
      const recipe = { attribute: options.attribute, space: space.name, range, from: from.names.join(',') };
      const what = `${rows.length} ${rows.length === 1 ? 'strip' : 'strips'} from -${range} to ${range} standard deviations in ${space.name}, from ${recipe.from}`;
      const pictures = await generator.pictures(rows.flat(), labels);
      writeGrid(out, pictures, { columns: steps, what, recipe }, opened);
      const file = `${out.replace(/\.png$/, '')}.safetensors`;
      writeDirections(file, found, opened);
      print(`${file}: directions [${found.length}, ${space.width}] and their standard deviations`);
      for (const { said } of found) print(said);
    }),
  );

/** Places of samples 0, 1, ..., with their classes, in batches. */
async function* drawn(opened: Opened, count: number, working: Working) {
  for (let start = 0; start < count; start += CHUNK) {
    const seeds = Array.from({ length: Math.min(CHUNK, count - start) }, (_, i) => ({ seed: start + i }));
    yield await placed(opened, seeds);
    await working.at(start + seeds.length, count, 'drawing samples');
  }
}

/** The first layer's style: a mapping gives all layers the same. */
const styleOf = (place: Place, { generator }: Opened): Float32Array =>
  place.subarray(0, generator.space.width);

async function ofVariance(
  opened: Opened,
  { components, samples }: DirectionsOptions,
  working: Working,
): Promise<Direction[]> {
  const { space, gan } = opened.generator;
  if (space.name === 'z') {
    throw new UsageError(
      `${gan.gan.name} has no styles w, and z varies alike in all directions; name an attribute by --attribute`,
    );
  }
  if (components > space.width)
    throw new UsageError(`--components ${components}: w has ${space.width} dimensions`);
  const rows: Float32Array[] = [];
  for await (const { places } of drawn(opened, samples, working)) {
    rows.push(...places.map((place) => styleOf(place, opened)));
  }
  const { directions, deviations, shares } = principalComponents(rows, components);
  return directions.map((vector, i) => ({
    vector,
    deviation: deviations[i]!,
    said: `component ${i + 1}: ${(100 * shares[i]!).toFixed(1)} % of the variance of w`,
  }));
}

async function ofAttribute(
  opened: Opened,
  attribute: string,
  { samples, features, data }: DirectionsOptions,
  working: Working,
): Promise<Direction[]> {
  const judge = await judgeOf(opened, attribute, { features, data }, working);
  try {
    const rows: Float32Array[] = [];
    const has: boolean[] = [];
    for await (const { places, labels } of drawn(opened, samples, working)) {
      rows.push(...places.map((place) => styleOf(place, opened)));
      has.push(...(await judge.has(await opened.generator.pictures(places, labels))));
    }
    const { direction, deviation, accuracy, positives, count } = attributeDirection(rows, has);
    const said =
      `'${attribute}', judged ${judge.how}: ${positives} of ${count} samples have it; ` +
      `the direction tells them apart with ${(100 * accuracy).toFixed(1)} % balanced accuracy on those held out (50 % is a guess)`;
    return [{ vector: direction, deviation, said }];
  } finally {
    await judge.release();
  }
}

function writeDirections(path: string, found: readonly Direction[], { generator, recipe }: Opened): void {
  const { name, width } = generator.space;
  const data = Float32Array.from(found.flatMap(({ vector }) => [...vector]));
  const deviations = Float32Array.from(found, ({ deviation }) => deviation);
  const tensors = new Map([
    ['directions', { dtype: 'F32' as const, shape: [found.length, width], data }],
    ['deviations', { dtype: 'F32' as const, shape: [found.length], data: deviations }],
  ]);
  const said = JSON.stringify(found.map(({ said }) => said));
  writeNamedFile(
    path,
    encodeSafetensors(tensors, { space: name, directions: said, gansmith: JSON.stringify(recipe) }),
  );
}
