import { GansmithError, ShapeError } from '../base/errors.ts';
import { type RandomStream, randomStream } from '../base/random.ts';
import { checkPair, checkWhole, type Features, rowsOf } from './features.ts';
import { checkImagePair, type Images } from './images.ts';
import { laplacianPyramid } from './laplacianPyramid.ts';
import { forEachRowProduct, TILE_STRIDE } from './rowProducts.ts';
import { mean } from './statistics.ts';

/** Sides of a patch. */
const PATCH = 7;

export interface SlicedWassersteinOptions {
  /** Patches of each image and level (default 128). */
  readonly patches?: number;
  /** Random directions (default 512). */
  readonly directions?: number;
  readonly seed?: number;
}

export interface SlicedWassersteinOfImages {
  /** Mean over the levels. */
  readonly value: number;
  /** Finest first: `side` is the level's height in pixels. */
  readonly levels: { readonly side: number; readonly value: number }[];
}

/**
 * Sliced Wasserstein distance of image patches on a Laplacian pyramid (Karras et al. 2018, ProGAN, arXiv:1710.10196, section 5;
 * Rabin et al. 2011 for the slices). From 0; smaller is better. Papers print it times 1000. It needs no network.
 *
 * Protocol of the paper: 16,384 images of each set, 128 patches of 7x7 from each image at each level, channels brought to mean 0 and
 * deviation 1 for each set and level, 512 random directions. Here both sets are cut at the same random places, so equal
 * sets are at distance 0; the paper draws places for each.
 *
 * @throws ShapeError when counts or forms of images differ, GansmithError when a channel is the same in all patches of a level.
 */
export function slicedWassersteinOfImages(
  real: Images,
  generated: Images,
  { patches = 128, directions = 512, seed = 0 }: SlicedWassersteinOptions = {},
): SlicedWassersteinOfImages {
  const where = 'slicedWassersteinOfImages';
  checkImagePair(where, ['real', 'generated'], [real, generated]);
  checkWhole(where, 'patches', patches, 1);
  checkWhole(where, 'directions', directions, 1);
  if (real.count !== generated.count) {
    throw new ShapeError(
      `${where}: ${real.count} real and ${generated.count} generated images; expected as many of each, leave some out`,
    );
  }
  if (Math.min(real.height, real.width) < PATCH) {
    throw new ShapeError(
      `${where}: images are ${real.height} x ${real.width}; expected at least ${PATCH} x ${PATCH}`,
    );
  }
  const realLevels = laplacianPyramid(real);
  const levels = laplacianPyramid(generated).map((level, i) => {
    const stream = randomStream(seed, 'sliced-wasserstein', i);
    const places = randomPlaces(level, patches, stream);
    const slices = randomDirections(directions, level.channels * PATCH * PATCH, stream);
    const a = patchDescriptors(realLevels[i]!, places);
    const b = patchDescriptors(level, places);
    return { side: level.height, value: slicedWasserstein(a, b, slices) };
  });
  return { value: mean(levels.map(({ value }) => value)), levels };
}

/**
 * The mean, over directions, of the Wasserstein distance W1 between the projections of two sets of as many points.
 *
 * @param directions rows of length 1.
 */
export function slicedWasserstein(a: Features, b: Features, directions: Features): number {
  checkPair('slicedWasserstein', ['a', 'b'], [a, b]);
  checkPair('slicedWasserstein', ['a', 'directions'], [a, directions]);
  if (a.count !== b.count) {
    throw new ShapeError(`slicedWasserstein: ${a.count} and ${b.count} points; expected as many of each`);
  }
  let total = 0;
  // A few directions at a time, so that their projections fit into memory.
  const most = Math.max(1, Math.min(directions.count, Math.floor(4e6 / a.count)));
  for (let from = 0; from < directions.count; from += most) {
    const count = Math.min(most, directions.count - from);
    const [pa, pb] = [
      sortedProjections(a, directions, from, count),
      sortedProjections(b, directions, from, count),
    ];
    for (let i = 0; i < pa.length; i++) total += Math.abs(pa[i]! - pb[i]!);
  }
  return total / (a.count * directions.count);
}

/** The projections on each direction, ascending, [count, points]. */
function sortedProjections(
  points: Features,
  directions: Features,
  from: number,
  count: number,
): Float64Array {
  const projections = new Float64Array(count * points.count);
  const rows = rowsOf(directions);
  forEachRowProduct(
    { ...rows, offset: from * directions.width },
    rowsOf(points),
    { leftCount: count, rightCount: points.count, depth: points.width },
    ({ leftStart, leftCount, rightStart, rightCount, sums }) => {
      for (let i = 0; i < leftCount; i++) {
        const source = i * TILE_STRIDE;
        const target = (leftStart + i) * points.count + rightStart;
        projections.set(sums.subarray(source, source + rightCount), target);
      }
    },
  );
  for (let i = 0; i < count; i++) projections.subarray(i * points.count, (i + 1) * points.count).sort();
  return projections;
}

/**
 * Patches of 7x7 as rows of channels * 49 numbers, each channel brought to mean 0 and deviation 1 over all patches.
 *
 * @param places [count, patches, 2]: row and column of each patch's first pixel.
 * @throws GansmithError when a channel is the same everywhere.
 */
export function patchDescriptors(images: Images, places: Uint32Array): Features {
  const { data, count, channels, height, width } = images;
  const patches = places.length / (2 * count);
  const area = PATCH * PATCH;
  const rows = new Float64Array(count * patches * channels * area);
  let at = 0;
  for (let p = 0; p < count * patches; p++) {
    const image = Math.floor(p / patches);
    const [top, left] = [places[2 * p]!, places[2 * p + 1]!];
    for (let c = 0; c < channels; c++) {
      for (let y = 0; y < PATCH; y++) {
        const source = ((image * channels + c) * height + top + y) * width + left;
        for (let x = 0; x < PATCH; x++) rows[at++] = data[source + x]!;
      }
    }
  }
  for (let c = 0; c < channels; c++) standardizeChannel(rows, channels, c);
  return { data: rows, count: count * patches, width: channels * area };
}

function standardizeChannel(rows: Float64Array, channels: number, channel: number): void {
  const area = PATCH * PATCH;
  const each = (visit: (at: number) => void) => {
    for (let start = channel * area; start < rows.length; start += channels * area) {
      for (let at = start; at < start + area; at++) visit(at);
    }
  };
  const count = rows.length / channels;
  let sum = 0;
  each((at) => {
    sum += rows[at]!;
  });
  const centre = sum / count;
  let squares = 0;
  each((at) => {
    squares += (rows[at]! - centre) ** 2;
  });
  const deviation = Math.sqrt(squares / count);
  if (!(deviation > 1e-12 * Math.abs(centre))) {
    throw new GansmithError(
      `patchDescriptors: channel ${channel} is ${centre} in all patches, so it has no scale to compare by; are the images all blank?`,
    );
  }
  each((at) => {
    rows[at] = (rows[at]! - centre) / deviation;
  });
}

function randomPlaces({ count, height, width }: Images, patches: number, stream: RandomStream): Uint32Array {
  const places = new Uint32Array(count * patches * 2);
  for (let p = 0; p < places.length; p += 2) {
    places[p] = stream.integer(height - PATCH + 1);
    places[p + 1] = stream.integer(width - PATCH + 1);
  }
  return places;
}

/** Uniform on the unit sphere. */
function randomDirections(count: number, width: number, stream: RandomStream): Features {
  const data = stream.fillNormal(new Float64Array(count * width));
  for (let i = 0; i < count; i++) {
    const row = data.subarray(i * width, (i + 1) * width);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    for (let k = 0; k < width; k++) row[k]! /= length;
  }
  return { data, count, width };
}
