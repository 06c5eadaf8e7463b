import { randomStream } from '../base/random.ts';
import type { Images } from '../features/extractor.ts';
import { buildSampler, controlFeeds } from '../gan/sampler.ts';
import { leafName } from '../graph/ops/leaf.ts';
import { leavesOf } from '../graph/program.ts';
import { sizeOf } from '../graph/shape.ts';
import { lerp, slerp } from '../metrics/index.ts';
import type { Executor, States } from '../runtime/executor.ts';
import { drawLatents, preparedSchedules } from '../train/feeds.ts';
import type { SampledGan } from '../train/sampling.ts';

/** Makes images along paths between two latents each. */
export interface PathSampler {
  /**
   * Images of paths number `first` to `first + count` at `t` of each, not rounded to bytes.
   * @param t one for each path, from 0 to 1.
   */
  at(first: number, t: Float64Array): Promise<Images>;
  release(): Promise<void>;
}

/** Images in a run of the program. */
const BATCH = 64;

/**
 * Prepares a generator for paths in z: normal latents go along the sphere (`slerp`, brought to the length of the root of their number, where
 * normal vectors lie), others straight. Whatever else the generator draws, and its class, stays as it is along a path.
 */
export async function createPathSampler(
  executor: Executor,
  { gan, config, data, progress }: SampledGan,
  states: States,
  { seed = 0, threads }: { seed?: number; threads?: number | undefined } = {},
): Promise<PathSampler> {
  const sampler = buildSampler(gan, config, data, { batch: BATCH, averaged: true });
  const compiled = await executor.compile(sampler.program, threads === undefined ? {} : { threads });
  const wanted = new Set(leavesOf(sampler.program).inputs.map(leafName));
  const randoms = new Map([...sampler.randoms].filter(([name]) => wanted.has(name)));
  const schedules = preparedSchedules({ gan, config, progress }, wanted);
  const latents = sampler.latents.filter((name) => randoms.has(name));
  const shape = sampler.program.outputs.get('samples')!.shape.slice(1) as [number, number, number];
  const classes = Math.max(data.classes.length, 1);

  const run = async (first: number, t: Float64Array): Promise<Float32Array> => {
    const numbers = Array.from({ length: BATCH }, (_, i) => first + Math.min(i, t.length - 1));
    const [from, to] = [0, 1].map((end) => {
      const seeds = numbers.map((number) => randomStream(seed, 'path', number, end).uint32());
      return drawLatents(randoms, seeds);
    });
    const feeds: Record<string, Float32Array | Int32Array> = {
      ...schedules(),
      ...from!,
      ...controlFeeds(sampler.controls),
    };
    for (const name of latents) {
      const kind = randoms.get(name)!.distribution.kind;
      feeds[name] = between(from![name]!, to![name]!, t, kind === 'normal');
    }
    if (wanted.has('label')) feeds.label = Int32Array.from(numbers, (number) => number % classes);
    const { outputs } = await compiled.run(feeds, states);
    return (outputs.samples as Float32Array).slice(0, t.length * sizeOf(shape));
  };

  return {
    async at(first, t) {
      const data = new Float32Array(t.length * sizeOf(shape));
      for (let start = 0; start < t.length; start += BATCH) {
        data.set(await run(first + start, t.subarray(start, start + BATCH)), start * sizeOf(shape));
      }
      return { shape: [t.length, ...shape], data };
    },
    release: () => compiled.release(),
  };
}

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
