import { ShapeError, UsageError } from '../base/errors.ts';
import { lerp, slerp } from '../metrics/index.ts';

/** Where pictures have their places: w, a style for each layer, or z, which counts as one layer. */
export interface Space {
  name: 'w' | 'z';
  /** Layers of a place, the coarsest first. */
  layers: number;
  /** Numbers of a layer. */
  width: number;
  /** Layers that truncation changes, the coarsest first. */
  cutoff: number;
  /** The mean place of a layer [width]: the running mean of w, zeros of z. */
  mean: Float32Array;
}

/** A place in a space: [layers, width], row by row. */
export type Place = Float32Array;

/** The mean place of a space. */
export const meanPlace = ({ layers, mean }: Space): Place =>
  Float32Array.from({ length: layers * mean.length }, (_, i) => mean[i % mean.length]!);

/** The truncation trick: mean + psi (place - mean) of the first `cutoff` layers (StyleGAN, arXiv:1812.04948, appendix B). */
export function truncated(place: Place, psi: number, { width, cutoff, mean }: Space): Place {
  return place.map((value, i) => {
    const centre = mean[i % width]!;
    return i < cutoff * width ? centre + psi * (value - centre) : value;
  });
}

export interface PathOptions {
  /** Pictures from one place to the next, the first counted and the next not. */
  frames: number;
  /** Along the sphere that normal latents lie on; for places in z. Default false. */
  spherical?: boolean;
  /** Back to the first place at the end. Default false. */
  closed?: boolean;
}

/**
 * Places along a path through the given ones: straight, or along the sphere, where lengths go evenly from one end's to the other's.
 * An open path ends at the last place, a closed one before it comes back to the first.
 *
 * @throws UsageError for fewer than two places, or fewer than one frame a leg.
 */
export function pathThrough(
  places: readonly Place[],
  { frames, spherical = false, closed = false }: PathOptions,
): Place[] {
  if (places.length < 2) throw new UsageError('a path needs two places or more; give another seed or file');
  if (!(Number.isInteger(frames) && frames >= 1)) {
    throw new UsageError(`a path needs a whole number of frames from 1 up between two places, not ${frames}`);
  }
  const legs = closed ? places.length : places.length - 1;
  const path = Array.from({ length: legs * frames }, (_, i) => {
    const leg = Math.floor(i / frames);
    const [from, to] = [places[leg]!, places[(leg + 1) % places.length]!];
    return between(from, to, (i % frames) / frames, spherical);
  });
  return closed ? path : [...path, places.at(-1)!];
}

function between(from: Place, to: Place, t: number, spherical: boolean): Place {
  if (t === 0) return from;
  if (!spherical) return Float32Array.from(lerp(from, to, t));
  const length = (1 - t) * Math.hypot(...from) + t * Math.hypot(...to);
  return Float32Array.from(slerp(from, to, t), (value) => value * length);
}

/**
 * The styles of one place in some layers, those of another in the rest (style mixing, arXiv:1812.04948, section 3.1).
 * @param layers which layers come from `inThese`
 */
export function mixed(inThese: Place, elsewhere: Place, layers: readonly number[], space: Space): Place {
  checkLayers(layers, space);
  return elsewhere.map((value, i) => (layers.includes(Math.floor(i / space.width)) ? inThese[i]! : value));
}

/** Every row's place in the given layers, every column's in the others, row by row (figure 3 of the same paper). */
export const mixingGrid = (
  rows: readonly Place[],
  columns: readonly Place[],
  layers: readonly number[],
  space: Space,
): Place[] => rows.flatMap((row) => columns.map((column) => mixed(row, column, layers, space)));

/**
 * A place moved by `amount` along a direction, in some layers.
 * @param direction [width]
 * @param layers default: all
 */
export function moved(
  place: Place,
  direction: ArrayLike<number>,
  amount: number,
  space: Space,
  layers?: readonly number[],
): Place {
  if (direction.length !== space.width) {
    throw new ShapeError(
      `a direction of ${direction.length} numbers does not fit ${space.name}, whose layers have ${space.width}`,
    );
  }
  if (layers) checkLayers(layers, space);
  return place.map((value, i) =>
    layers && !layers.includes(Math.floor(i / space.width))
      ? value
      : value + amount * direction[i % space.width]!,
  );
}

/** a - b + c, as words are reckoned with (Radford et al. 2016, arXiv:1511.06434, section 6.3.2). */
export const reckoned = (a: Place, b: Place, c: Place): Place => a.map((value, i) => value - b[i]! + c[i]!);

/** @throws UsageError when there is no such layer. */
export function checkLayers(layers: readonly number[], { name, layers: count }: Space): void {
  const wrong = layers.find((layer) => !(Number.isInteger(layer) && layer >= 0 && layer < count));
  if (wrong !== undefined) {
    throw new UsageError(`there is no layer ${wrong}: ${name} has the layers 0 to ${count - 1}`);
  }
}
