import { type KeyPart, randomStream } from '../base/random.ts';
import type { RandomSpec, StateSpec } from '../gan/trace.ts';
import { sizeOf } from '../graph/shape.ts';
import { draw } from '../nn/distribution.ts';
import type { States } from '../runtime/executor.ts';

/** Random inputs of one program run, each from a stream named by (seed, where in the run, input). */
export function drawRandoms(
  randoms: ReadonlyMap<string, RandomSpec>,
  seed: number,
  ...place: KeyPart[]
): Record<string, Float32Array> {
  const feeds: Record<string, Float32Array> = {};
  for (const [name, { shape, distribution }] of randoms) {
    feeds[name] = draw(randomStream(seed, ...place, name), distribution, new Float32Array(sizeOf(shape)));
  }
  return feeds;
}

/** Random inputs of a sampler: one row per seed, each from its own stream, so a seed means one picture anywhere. */
export function drawLatents(
  randoms: ReadonlyMap<string, RandomSpec>,
  seeds: readonly number[],
): Record<string, Float32Array> {
  const feeds: Record<string, Float32Array> = {};
  for (const [name, { shape, distribution }] of randoms) {
    const row = sizeOf(shape.slice(1));
    const out = new Float32Array(seeds.length * row);
    seeds.forEach((seed, i) => {
      draw(randomStream(seed, 'sample', name), distribution, out.subarray(i * row, (i + 1) * row));
    });
    feeds[name] = out;
  }
  return feeds;
}

/** Fills the states with their initial values, each from a stream that belongs to its name alone. */
export function initializeStates(states: States, specs: ReadonlyMap<string, StateSpec>, seed: number): void {
  for (const [name, { shape, init, key }] of specs) {
    states.write(name, shape, init(randomStream(seed, 'init', key), shape));
  }
}
