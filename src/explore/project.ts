import { ShapeError, UsageError } from '../base/errors.ts';
import { type RandomStream, randomStream } from '../base/random.ts';
import { buildSampler } from '../gan/sampler.ts';
import { buildStyles } from '../gan/styles.ts';
import { grad } from '../graph/grad.ts';
import { input, leafName, state } from '../graph/ops/leaf.ts';
import { leavesOf, type Program } from '../graph/program.ts';
import { formatShape, type Shape, sizeOf } from '../graph/shape.ts';
import { substitute } from '../graph/substitute.ts';
import type { Tensor } from '../graph/tensor.ts';
import { adam } from '../optim/adam.ts';
import { moved, type Slots } from '../optim/optimizer.ts';
import type { Executor } from '../runtime/executor.ts';
import { pixelDistance } from './distance.ts';
import { type ExploredGenerator, type Pictures, steadyFeeds } from './generator.ts';
import type { Place } from './space.ts';

/** One style for all layers, a style for each, or the latent itself. */
export const PROJECTION_SPACES = ['w', 'w+', 'z'] as const;
export type ProjectionSpace = (typeof PROJECTION_SPACES)[number];

export interface ProjectOptions {
  /** Default: w where the generator has styles, else z. */
  space?: ProjectionSpace | undefined;
  /** Steps of Adam. Default 500; the paper takes 1000. */
  steps?: number;
  /** Largest learning rate, in standard deviations of a number of w or z. Default 0.2, which is the paper's 0.1 in its w. */
  rate?: number;
  seed?: number;
  /** Class of each picture, for conditional generators. */
  labels?: readonly number[];
  /** How far made pictures are from targets, both [N, C, H, W]: [N]. Default: `pixelDistance`. */
  distance?: (made: Tensor, target: Tensor) => Tensor;
  /** Called before every step and after the last, with the pictures before the step. */
  onStep?(progress: ProjectionStep): void | Promise<void>;
}

export interface ProjectionStep {
  step: number;
  steps: number;
  /** [N] */
  distances: readonly number[];
  /** Pictures of the step, those of latents with noise. */
  pictures: Pictures;
}

export interface Projection {
  space: ProjectionSpace;
  /** Where the targets' likenesses are. */
  places: Place[];
  pictures: Pictures;
  /** Distances to the targets where the search began, without noise, and where it ended: [N]. */
  before: number[];
  after: number[];
}

/** Places drawn for the spread of w, and to begin a search in z with. */
const DRAWN = 512;
/** Parts of the search in which the rate rises, in which it falls, and in which there is noise. */
const [RISE, FALL, NOISY] = [0.05, 0.25, 0.75];
/** Noise beside the spread of w at the start. */
const NOISE = 0.05;

/**
 * The places whose pictures are most like the given ones: Adam on the latent from the mean of w, with a rate that rises at first and
 * falls at last, and noise on w that fades (the projector of StyleGAN2, Karras et al. 2020, arXiv:1912.04958, appendix D). In z it begins
 * at the nearest of some drawn latents. Noise inputs of pixels are those of samples and stay, so that a place alone makes its picture again.
 *
 * @param targets [N, C, H, W] in [-1, 1]; each is searched for by itself
 * @throws UsageError for w where the generator has no styles; ShapeError for targets of another size.
 */
export async function project(
  executor: Executor,
  generator: ExploredGenerator,
  targets: Pictures,
  options: ProjectOptions = {},
): Promise<Projection> {
  const { space: own, latent, states } = generator;
  const { space = own.name, steps = 500, rate = 0.2, seed = 0, labels = [] } = options;
  checkRequest(generator, targets, space);
  const count = targets.shape[0];
  const stream = randomStream(seed, 'project');
  const drawn = generator.latents(Array.from({ length: DRAWN }, () => stream.uint32()));
  const start =
    space === 'z'
      ? await nearestLatents(generator, drawn, targets, labels)
      : Array.from({ length: count }, () =>
          space === 'w' ? own.mean : Float32Array.from(repeat(own.mean, own.layers)),
        );
  const shape = [count, ...(space === 'z' ? [latent.length] : [space === 'w' ? 1 : own.layers, own.width])];
  const spread = space === 'z' ? 0 : await spreadOf(generator, drawn);
  const unit = space === 'z' ? 1 : spread / Math.sqrt(own.width);
  const search = searchProgram(generator, targets.shape, { space, shape, distance: options.distance });
  const { compiled, feed, clear } = await prepareSearch(executor, generator, search, targets, labels);
  try {
    clear();
    states.write(
      LATENT,
      shape,
      start.flatMap((row) => [...row]),
    );
    const run = async (step: number) => {
      const t = step / steps;
      const noise = noiseAt(stream, shape, spread * NOISE * Math.max(0, 1 - t / NOISY) ** 2);
      const { outputs, commit } = await compiled.run(feed(noise, rateAt(t, rate * unit)), states);
      const pictures: Pictures = { shape: targets.shape, data: Float32Array.from(outputs.pictures!) };
      const distances = Array.from(outputs.distance!);
      await options.onStep?.({ step, steps, distances, pictures });
      return { distances, pictures, commit };
    };
    const first = await compiled.run(feed(noiseAt(stream, shape, 0), 0), states);
    const before = Array.from(first.outputs.distance!);
    for (let step = 0; step < steps; step++) (await run(step)).commit();
    const { distances, pictures } = await run(steps);
    const rows = rowsOf(states.read(LATENT), count);
    return {
      space,
      places: await placesAt(generator, space, rows, labels),
      pictures,
      before,
      after: distances,
    };
  } finally {
    clear();
    await compiled.release();
  }
}

const LATENT = 'explore/latent';

function checkRequest({ space, gan }: ExploredGenerator, { shape }: Pictures, wanted: ProjectionSpace): void {
  if (space.name === 'z' && wanted !== 'z') {
    throw new UsageError(`${gan.gan.name} has no styles w to project into; use the space z`);
  }
  const [, ...size] = shape;
  if (size.join() !== gan.data.shape.join()) {
    throw new ShapeError(
      `project: expected pictures ${formatShape(gan.data.shape)}, as ${gan.gan.name} makes them, got ${formatShape(size)}`,
    );
  }
}

/** From 0 to `rate` in a straight line, and back along half a cosine. */
function rateAt(t: number, rate: number): number {
  const fall = Math.min(1, (1 - t) / FALL);
  return rate * Math.min(1, t / RISE) * (0.5 - 0.5 * Math.cos(fall * Math.PI));
}

const noiseAt = (stream: RandomStream, shape: Shape, std: number): Float32Array =>
  std > 0 ? stream.fillNormal(new Float32Array(sizeOf(shape)), 0, std) : new Float32Array(sizeOf(shape));

const repeat = (row: Float32Array, times: number): number[] =>
  Array.from({ length: times }, () => [...row]).flat();

const rowsOf = (data: ArrayLike<number>, count: number): Float32Array[] => {
  const length = data.length / count;
  return Array.from({ length: count }, (_, i) =>
    Float32Array.from({ length }, (_, j) => data[i * length + j]!),
  );
};

/** Roots of the mean squared distance of w from its mean. */
async function spreadOf(generator: ExploredGenerator, drawn: readonly Float32Array[]): Promise<number> {
  const { width, mean } = generator.space;
  const classes = Math.max(generator.gan.data.classes.length, 1);
  const places = await generator.places(
    drawn,
    drawn.map((_, i) => i % classes),
  );
  let total = 0;
  for (const place of places) for (let i = 0; i < width; i++) total += (place[i]! - mean[i]!) ** 2;
  return Math.sqrt(total / places.length);
}

/** For each target the latent whose picture is nearest by squared pixels. */
async function nearestLatents(
  generator: ExploredGenerator,
  drawn: readonly Float32Array[],
  targets: Pictures,
  labels: readonly number[],
): Promise<Float32Array[]> {
  const size = sizeOf(targets.shape.slice(1));
  const nearest: Float32Array[] = [];
  for (let n = 0; n < targets.shape[0]; n++) {
    const label = drawn.map(() => labels[n] ?? 0);
    const { data } = await generator.pictures(await generator.places(drawn, label), label);
    let [best, least] = [0, Infinity];
    for (let i = 0; i < drawn.length; i++) {
      let total = 0;
      for (let j = 0; j < size; j++) total += (data[i * size + j]! - targets.data[n * size + j]!) ** 2;
      if (total < least) [best, least] = [i, total];
    }
    nearest.push(drawn[best]!);
  }
  return nearest;
}

/** What was searched for in w or z as places of the generator. */
async function placesAt(
  { space, places }: ExploredGenerator,
  found: ProjectionSpace,
  rows: readonly Float32Array[],
  labels: readonly number[],
): Promise<Place[]> {
  if (found === 'z') return places(rows, labels);
  return found === 'w' ? rows.map((row) => Float32Array.from(repeat(row, space.layers))) : [...rows];
}

interface SearchOptions {
  space: ProjectionSpace;
  /** Of the latents. */
  shape: Shape;
  distance?: ProjectOptions['distance'];
}

/** One step of the search as one program: pictures, distances, gradients and Adam's update of the latents. */
function searchProgram(
  { gan: { gan, config, data }, averaged, space, latent }: ExploredGenerator,
  size: Pictures['shape'],
  { space: wanted, shape, distance = pixelDistance }: SearchOptions,
) {
  const options = { batch: size[0], averaged };
  const maker =
    wanted === 'z'
      ? buildSampler(gan, config, data, options)
      : buildStyles(gan, config, data, options).synthesis;
  const replaced = wanted === 'z' ? latent.name : 'w';
  const found = state(LATENT, shape);
  const noisy = found.add(input('explore/noise', shape));
  const leaf = leavesOf(maker.program).inputs.find((leaf) => leafName(leaf) === replaced)!;
  const fed =
    wanted === 'w' ? noisy.broadcast([size[0], space.layers, space.width]) : noisy.reshape(leaf.shape);
  const [samples] = substitute([...maker.program.outputs.values()], (leaf) =>
    leafName(leaf) === replaced ? fed : undefined,
  );
  const distances = distance(samples!, input('explore/target', size));
  const [gradient] = grad(distances.sum(), [found]);
  const slotSizes = new Map<string, Shape>();
  const next = new Map<string, Tensor>();
  const slots: Slots = {
    get(name, shape) {
      slotSizes.set(slotName(name), shape);
      return state(slotName(name), shape);
    },
    set: (name, value) => void next.set(slotName(name), value),
  };
  const optimizer = adam();
  const params = new Map([[LATENT, found]]);
  const directions = optimizer.transform(new Map([[LATENT, gradient!]]), params, slots);
  const after = moved(optimizer, params, directions, input('explore/rate', []));
  const program: Program = {
    name: `${gan.name}/project`,
    outputs: new Map([
      ['pictures', samples!],
      ['distance', distances],
    ]),
    updates: new Map([...after, ...next]),
  };
  return { program, maker, slotSizes };
}

const slotName = (name: string): string => `explore/adam/${name}`;

async function prepareSearch(
  executor: Executor,
  { gan, states, latent }: ExploredGenerator,
  { program, maker, slotSizes }: ReturnType<typeof searchProgram>,
  targets: Pictures,
  labels: readonly number[],
) {
  const compiled = await executor.compile(program);
  const wanted = new Set(leavesOf(program).inputs.map(leafName));
  const steady = Object.fromEntries(
    Object.entries({
      ...steadyFeeds(gan, maker),
      'explore/target': targets.data,
      label: Int32Array.from({ length: targets.shape[0] }, (_, i) => labels[i] ?? 0),
    }).filter(([name]) => wanted.has(name) && name !== latent.name),
  );
  return {
    compiled,
    feed: (noise: Float32Array, rate: number) => ({
      ...steady,
      'explore/noise': noise,
      'explore/rate': Float32Array.of(rate),
    }),
    /** Forgets an earlier search. */
    clear() {
      if (states.has(LATENT)) states.remove(LATENT);
      for (const [name, shape] of slotSizes) states.write(name, shape, new Float32Array(sizeOf(shape)));
    },
  };
}
