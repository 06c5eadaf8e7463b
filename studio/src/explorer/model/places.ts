import { drawLatents } from 'gansmith';
import { lerp, slerp } from 'gansmith/metrics';
import { isCentred, type Latent } from './latent.ts';
import type { Switches } from './styles.ts';

/** What a picture is made of: a place in the latent space, or styles of two seeds. */
export type Place = LatentPlace | { kind: 'mixed'; a: number; b: number; switches: Switches };

/** Where in the latent space a picture is made. */
export type LatentPlace =
  | { kind: 'seed'; seed: number }
  /** From a seed, x and y of its own length along two random directions that belong to it. */
  | { kind: 'walk'; seed: number; x: number; y: number }
  /** The share t of the way from one seed to another. */
  | { kind: 'between'; from: number; to: number; t: number; path: Path }
  | { kind: 'sum'; a: number; b: number; c: number };

/** A straight line, or an arc around the origin. */
export type Path = 'straight' | 'round';

/** The latent [size] of a place, multiplied by psi. */
export function latentOf(place: LatentPlace, latent: Latent, psi = 1): Float32Array {
  return Float32Array.from(pointOf(place, latent), (value) => value * psi);
}

/** The class of a picture of `classes`: the chosen one, or the seed's. On the way from one seed to another it changes halfway. */
export const classOf = (place: LatentPlace, chosen: number | undefined, classes: number): number =>
  chosen ?? seedOfClass(place) % Math.max(1, classes);

function seedOfClass(place: LatentPlace): number {
  if (place.kind === 'between') return place.t < 0.5 ? place.from : place.to;
  return place.kind === 'sum' ? place.a : place.seed;
}

function pointOf(place: LatentPlace, latent: Latent): ArrayLike<number> {
  const at = (seed: number) => drawn(latent.name, latent, seed);
  if (place.kind === 'seed') return at(place.seed);
  if (place.kind === 'walk') return walked(place, latent);
  if (place.kind === 'between') {
    const [from, to, { t }] = [at(place.from), at(place.to), place];
    // The ends are the seeds' own latents, to the last bit.
    if (t === 0) return from;
    if (t === 1) return to;
    if (place.path === 'straight') return lerp(from, to, t);
    const length = (1 - t) * lengthOf(from) + t * lengthOf(to);
    return slerp(from, to, t).map((value) => value * length);
  }
  const [a, b, c] = [at(place.a), at(place.b), at(place.c)];
  const sum = a.map((value, i) => value - b[i]! + c[i]!);
  return settled(sum, latent, (lengthOf(a) + lengthOf(b) + lengthOf(c)) / 3);
}

function walked({ seed, x, y }: Extract<LatentPlace, { kind: 'walk' }>, latent: Latent): ArrayLike<number> {
  const start = drawn(latent.name, latent, seed);
  if (x === 0 && y === 0) return start;
  const length = lengthOf(start);
  const free = latent.size > 2 ? [start] : [];
  const across = acrossFrom(drawn('first direction', latent, seed), free);
  const up = acrossFrom(drawn('second direction', latent, seed), [...free, across]);
  const moved = start.map((value, i) => value + length * (x * across[i]! + y * up[i]!));
  return settled(moved, latent, length);
}

/** Brings a point back to where the prior draws: to a length for centred normals, else into the range. */
function settled(point: Float32Array, latent: Latent, length: number): Float32Array {
  const { prior, size } = latent;
  if (prior.kind === 'uniform') return point.map((value) => Math.min(prior.high, Math.max(prior.low, value)));
  if (!isCentred(latent) || size < 3) return point;
  const scale = length / Math.max(lengthOf(point), 1e-12);
  return point.map((value) => value * scale);
}

/** A seed's numbers, as the command line draws them. */
function drawn(name: string, { size, prior }: Latent, seed: number): Float32Array {
  return drawLatents(new Map([[name, { shape: [1, size], distribution: prior }]]), [seed])[name]!;
}

/** What is left of a direction across others that stand across each other, at length 1. */
function acrossFrom(direction: Float32Array, others: readonly Float32Array[]): Float32Array {
  let left = direction;
  for (const other of others) {
    const share = dot(left, other) / Math.max(dot(other, other), 1e-12);
    left = left.map((value, i) => value - share * other[i]!);
  }
  const length = Math.max(lengthOf(left), 1e-12);
  return left.map((value) => value / length);
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

const lengthOf = (vector: Float32Array): number => Math.sqrt(dot(vector, vector));
