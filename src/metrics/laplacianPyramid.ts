import { checkImages, type Images, mirrored } from './images.ts';

/** The binomial filter of Burt and Adelson 1983 on each axis. */
const TAPS = [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16];
/** Sides of the coarsest level are not below this. */
const SMALLEST = 16;

/**
 * Laplacian pyramid (Burt and Adelson 1983), finest level first: each level is what halving the resolution loses, and the
 * last is the smallest image itself. Images are halved while both sides are even and at least 32, so the smallest
 * side is 16 for powers of two; 28x28 has one level. Borders are mirrored.
 */
export function laplacianPyramid(images: Images): Images[] {
  checkImages('laplacianPyramid', 'images', images);
  const levels: Images[] = [];
  let current = images;
  while (canHalve(current.height) && canHalve(current.width)) {
    const smaller = halved(current);
    const restored = doubled(smaller);
    levels.push({ ...current, data: restored.data.map((value, i) => current.data[i]! - value) });
    current = smaller;
  }
  levels.push(current);
  return levels;
}

const canHalve = (side: number): boolean => side % 2 === 0 && side / 2 >= SMALLEST;

/** Every second row and column of the filtered images. */
function halved(images: Images): Images {
  const { height, width } = images;
  return mapPlanes(images, height / 2, width / 2, (plane, out) => {
    const rows = new Float64Array((height / 2) * width);
    for (let y = 0; y < height / 2; y++) {
      for (let tap = 0; tap < 5; tap++) {
        const source = mirrored(2 * y + tap - 2, height) * width;
        for (let x = 0; x < width; x++) rows[y * width + x]! += TAPS[tap]! * plane[source + x]!;
      }
      for (let x = 0; x < width / 2; x++) {
        let sum = 0;
        for (let tap = 0; tap < 5; tap++)
          sum += TAPS[tap]! * rows[y * width + mirrored(2 * x + tap - 2, width)]!;
        out[(y * width) / 2 + x] = sum;
      }
    }
  });
}

/** Zeros between pixels, then the filter times 4. */
function doubled(images: Images): Images {
  const [height, width] = [images.height * 2, images.width * 2];
  return mapPlanes(images, height, width, (plane, out) => {
    const rows = new Float64Array(height * images.width);
    for (let y = 0; y < height; y++) {
      for (let tap = 0; tap < 5; tap++) {
        const from = mirrored(y + tap - 2, height);
        if (from % 2) continue;
        for (let x = 0; x < images.width; x++) {
          rows[y * images.width + x]! += 2 * TAPS[tap]! * plane[(from / 2) * images.width + x]!;
        }
      }
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (let tap = 0; tap < 5; tap++) {
          const from = mirrored(x + tap - 2, width);
          if (from % 2 === 0) sum += 2 * TAPS[tap]! * rows[y * images.width + from / 2]!;
        }
        out[y * width + x] = sum;
      }
    }
  });
}

/** Makes images of another size, channel by channel. */
export function mapPlanes(
  images: Images,
  height: number,
  width: number,
  fill: (plane: Float32Array | Float64Array, out: Float64Array) => void,
): Images & { data: Float64Array } {
  const planes = images.count * images.channels;
  const [before, after] = [images.height * images.width, height * width];
  const data = new Float64Array(planes * after);
  for (let p = 0; p < planes; p++) {
    fill(images.data.subarray(p * before, (p + 1) * before), data.subarray(p * after, (p + 1) * after));
  }
  return { ...images, data, height, width };
}
