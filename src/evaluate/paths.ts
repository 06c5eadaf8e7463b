import { randomStream } from '../base/random.ts';
import type { Images } from '../features/extractor.ts';
import { buildSampler, controlFeeds, type Sampler } from '../gan/sampler.ts';
import { buildStyles } from '../gan/styles.ts';
import { leafName } from '../graph/ops/leaf.ts';
import { leavesOf } from '../graph/program.ts';
import { sizeOf } from '../graph/shape.ts';
import { lerp, slerp } from '../metrics/index.ts';
import type { Executor, States } from '../runtime/executor.ts';
import { drawLatents, preparedSchedules } from '../train/feeds.ts';
import type { SampledGan } from '../train/sampling.ts';

/**
 * Images of paths number `first` to `first + count` at `t` of each, not rounded to bytes.
 * @param t one for each path, from 0 to 1.
 */
export type ImagesAt = (first: number, t: Float64Array) => Promise<Images>;

/** Makes images along paths between two latents each. */
export interface PathSampler {
  /**
   * In z: normal latents go along the sphere (`slerp`, brought to the length of the root of their number, where normal vectors lie),
   * others straight.
   */
  inLatents: ImagesAt;
  /** Straight in w, from the style of one end to that of the other, not truncated; undefined for a generator without styles. */
  inStyles?: ImagesAt;
  release(): Promise<void>;
}

/** Images in a run of the program. */
const BATCH = 64;

type PathOptions = { seed?: number; threads?: number | undefined };
type Feeds = Record<string, Float32Array | Int32Array>;
/** Rows [BATCH, ...] of images for paths of these numbers. */
type Run = (numbers: readonly number[], t: Float64Array) => Promise<Float32Array>;

/**
 * Prepares a generator for paths in z, and where it has styles for paths in w between the same ends. Whatever else the generator draws,
 * and its class, stays as it is along a path.
 */
export async function createPathSampler(
  executor: Executor,
  moment: SampledGan,
  states: States,
  options: PathOptions = {},
): Promise<PathSampler> {
  const { gan, config, data } = moment;
  const { threads } = options;
  const compile = ({ program }: Sampler) =>
    executor.compile(program, threads === undefined ? {} : { threads });
  const whole = buildSampler(gan, config, data, { batch: BATCH, averaged: true });
  const shape = whole.program.outputs.get('samples')!.shape.slice(1) as [number, number, number];
  const compiled = await compile(whole);
  const ends = endsOf(whole, moment, options);
  const inLatents = imagesBy(shape, async (numbers, t) => {
    const [from, to] = [ends.feeds(numbers, 0), ends.feeds(numbers, 1)];
    for (const [name, isNormal] of ends.latents)
      from[name] = between(from[name] as Float32Array, to[name] as Float32Array, t, isNormal);
    return (await compiled.run(from, states)).outputs.samples as Float32Array;
  });
  if (!gan.styles) return { inLatents, release: () => compiled.release() };

  const { mapping, synthesis } = buildStyles(gan, config, data, { batch: BATCH });
  const [mapped, made] = [await compile(mapping), await compile(synthesis)];
  const [styleEnds, others] = [endsOf(mapping, moment, options), endsOf(synthesis, moment, options)];
  const inStyles = imagesBy(shape, async (numbers, t) => {
    const styleOf = async (end: 0 | 1) =>
      (await mapped.run(styleEnds.feeds(numbers, end), states)).outputs.w!.slice() as Float32Array;
    const w = between(await styleOf(0), await styleOf(1), t, false); // [BATCH, L, W]
    const { outputs } = await made.run({ ...others.feeds(numbers, 0), w }, states);
    return outputs.samples as Float32Array;
  });
  return {
    ...{ inLatents, inStyles },
    async release() {
      await Promise.all([compiled.release(), mapped.release(), made.release()]);
    },
  };
}

/** What a program is fed with at either end of a path, and which of it is latents: by name, whether they are normal. */
function endsOf(sampler: Sampler, { gan, config, data, progress }: SampledGan, { seed = 0 }: PathOptions) {
  const wanted = new Set(leavesOf(sampler.program).inputs.map(leafName));
  const randoms = new Map([...sampler.randoms].filter(([name]) => wanted.has(name)));
  const schedules = preparedSchedules({ gan, config, progress }, wanted);
  const classes = Math.max(data.classes.length, 1);
  const latents = sampler.latents
    .filter((name) => randoms.has(name))
    .map((name) => [name, randoms.get(name)!.distribution.kind === 'normal'] as const);
  return {
    latents,
    feeds(numbers: readonly number[], end: 0 | 1): Feeds {
      const seeds = numbers.map((number) => randomStream(seed, 'path', number, end).uint32());
      const labels = Int32Array.from(numbers, (number) => number % classes);
      return {
        ...schedules(),
        ...drawLatents(randoms, seeds),
        ...controlFeeds(sampler.controls),
        ...(wanted.has('label') ? { label: labels } : {}),
      };
    },
  };
}

/** Images of any number of paths by runs of BATCH. */
const imagesBy =
  (shape: readonly [number, number, number], run: Run): ImagesAt =>
  async (first, t) => {
    const size = sizeOf(shape);
    const data = new Float32Array(t.length * size);
    for (let start = 0; start < t.length; start += BATCH) {
      const part = t.subarray(start, start + BATCH);
      const numbers = Array.from({ length: BATCH }, (_, i) => first + start + Math.min(i, part.length - 1));
      data.set((await run(numbers, part)).subarray(0, part.length * size), start * size);
    }
    return { shape: [t.length, ...shape], data };
  };

/** Rows [BATCH, n] at t of the way; rows past the last t stay where they are. */
function between(from: Float32Array, to: Float32Array, t: Float64Array, spherical: boolean): Float32Array {
  const n = from.length / BATCH;
  const rows = from.slice();
  for (let i = 0; i < t.length; i++) {
    const [a, b] = [from.subarray(i * n, (i + 1) * n), to.subarray(i * n, (i + 1) * n)];
    const point = spherical ? slerp(a, b, t[i]!).map((value) => value * Math.sqrt(n)) : lerp(a, b, t[i]!);
    rows.set(point, i * n);
  }
  return rows;
}
