import { GansmithError } from '../base/errors.ts';
import { type KeyPart, type RandomStream, randomStream } from '../base/random.ts';
import type { AnyGan, BaseConfig } from '../gan/defineGan.ts';
import { scheduleInput } from '../gan/names.ts';
import type { RandomSpec, StateSpec } from '../gan/trace.ts';
import { sizeOf } from '../graph/shape.ts';
import { draw } from '../nn/distribution.ts';
import type { Progress } from '../optim/optimizer.ts';
import { valueAt } from '../optim/schedules.ts';
import type { States } from '../runtime/executor.ts';

/** Draws the random inputs of one program run, each from a stream named by (seed, where in the run, input). */
export type DrawRandoms = (...place: KeyPart[]) => Record<string, Float32Array>;

/** A program's random inputs, drawn into the same arrays for each run: a draw overwrites what was drawn before. */
export function prepareRandoms(randoms: ReadonlyMap<string, RandomSpec>, seed: number): DrawRandoms {
  const arrays = [...randoms].map(
    ([name, { shape, distribution }]) => [name, distribution, new Float32Array(sizeOf(shape))] as const,
  );
  const feeds = Object.fromEntries(arrays.map(([name, , array]) => [name, array]));
  return (...place) => {
    for (const [name, distribution, array] of arrays) {
      draw(randomStream(seed, ...place, name), distribution, array);
    }
    return feeds;
  };
}

/** Gaussian inputs by name whose numbers may lie at most so many standard deviations from their mean. */
export interface Truncation {
  names: readonly string[];
  threshold: number;
}

/**
 * Random inputs of a sampler: one row per seed, each from its own stream, so a seed means one picture anywhere.
 *
 * @param truncation draws numbers beyond the threshold again and leaves the others, so that a seed's picture changes little
 */
export function drawLatents(
  randoms: ReadonlyMap<string, RandomSpec>,
  seeds: readonly number[],
  truncation?: Truncation,
): Record<string, Float32Array> {
  const feeds: Record<string, Float32Array> = {};
  for (const [name, { shape, distribution }] of randoms) {
    const row = sizeOf(shape.slice(1));
    const out = new Float32Array(seeds.length * row);
    seeds.forEach((seed, i) => {
      const numbers = draw(
        randomStream(seed, 'sample', name),
        distribution,
        out.subarray(i * row, (i + 1) * row),
      );
      if (!truncation?.names.includes(name) || distribution.kind !== 'normal') return;
      redrawBeyond(numbers, distribution, truncation.threshold, randomStream(seed, 'truncation', name));
    });
    feeds[name] = out;
  }
  return feeds;
}

function redrawBeyond(
  numbers: Float32Array,
  { mean, std }: { mean: number; std: number },
  threshold: number,
  stream: RandomStream,
): void {
  const reach = threshold * std;
  // One for every place, used or not: what is drawn for a place does not depend on the others.
  const others = stream.fillTruncatedNormal(
    new Float32Array(numbers.length),
    mean,
    std,
    mean - reach,
    mean + reach,
  );
  numbers.forEach((x, i) => {
    if (Math.abs(x - mean) > reach) numbers[i] = others[i]!;
  });
}

/** Fills the states with their initial values, each from a stream that belongs to its name alone. */
export function initializeStates(states: States, specs: ReadonlyMap<string, StateSpec>, seed: number): void {
  for (const [name, { shape, init, key }] of specs) {
    states.write(name, shape, init(randomStream(seed, 'init', key), shape));
  }
}

/**
 * The scheduled scalars that a program reads, as they are whenever this is asked.
 * @param wanted the names of the program's inputs
 * @throws GansmithError when it reads one, and nobody says how far the run is.
 */
export function preparedSchedules(
  {
    gan,
    config,
    progress,
  }: { gan: AnyGan; config: BaseConfig; progress?: Progress | (() => Progress) | undefined },
  wanted: ReadonlySet<string>,
): () => Record<string, Float32Array> {
  const read = Object.entries(gan.schedules?.(config) ?? {}).filter(([name]) =>
    wanted.has(scheduleInput(name)),
  );
  return () =>
    Object.fromEntries(
      read.map(([name, schedule]) => {
        if (!progress) {
          throw new GansmithError(
            `${gan.name}: reads the schedule '${name}', so it must be known how far the run is; give its progress`,
          );
        }
        const at = typeof progress === 'function' ? progress() : progress;
        return [scheduleInput(name), Float32Array.of(valueAt(schedule, at))];
      }),
    );
}
