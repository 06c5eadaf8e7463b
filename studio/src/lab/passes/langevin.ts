import { normals } from '../draw/normals.ts';

/** How an annealed sampler walks: noise levels from wide to narrow, some steps on each. */
export interface Walk {
  levels: number;
  steps: number;
  widest: number;
  narrowest: number;
  /** Of the noise it begins with and takes on its way. */
  seed: number;
}

/**
 * Annealed Langevin dynamics (Song and Ermon 2019, arXiv:1907.05600, algorithm 1) with the exact score of the data blurred by
 * each noise level: x' = x + a / 2 score(x) + sqrt(a) z with a = 0.2 s^2 for the level s. The data are Gaussians of standard deviation `std` about
 * `centres`, flat [M, 2].
 *
 * @returns the points after every step, flat [N, 2] each, the start first.
 */
export function annealedLangevin(
  centres: readonly number[],
  std: number,
  count: number,
  { levels, steps, widest, narrowest, seed }: Walk,
): Float64Array[] {
  const points = new Float64Array(2 * count);
  // Seeds lie far apart, so that walks share no noise.
  let draw = Math.imul(seed, 0x9e3779b1) >>> 0;
  for (let i = 0; i < count; i++) {
    const [x, y] = normals(draw++);
    points[2 * i] = widest * x;
    points[2 * i + 1] = widest * y;
  }
  const path = [points.slice()];
  for (let level = 0; level < levels; level++) {
    const noise = widest * (narrowest / widest) ** (levels === 1 ? 0 : level / (levels - 1));
    const variance = noise ** 2 + std ** 2;
    const step = 0.2 * noise ** 2;
    for (let k = 0; k < steps; k++) {
      for (let i = 0; i < points.length; i += 2) {
        const [sx, sy] = score(points[i]!, points[i + 1]!, centres, variance);
        const [zx, zy] = normals(draw++);
        points[i]! += (step / 2) * sx + Math.sqrt(step) * zx;
        points[i + 1]! += (step / 2) * sy + Math.sqrt(step) * zy;
      }
      path.push(points.slice());
    }
  }
  return path;
}

/** Gradient of the log density of equal Gaussians in the plane: the mean pull to the centres, weighted by their nearness. */
export function score(
  x: number,
  y: number,
  centres: readonly number[],
  variance: number,
): readonly [number, number] {
  let nearest = Number.POSITIVE_INFINITY;
  for (let m = 0; m < centres.length; m += 2) {
    nearest = Math.min(nearest, (centres[m]! - x) ** 2 + (centres[m + 1]! - y) ** 2);
  }
  let [total, pullX, pullY] = [0, 0, 0];
  for (let m = 0; m < centres.length; m += 2) {
    const [dx, dy] = [centres[m]! - x, centres[m + 1]! - y];
    // Weights are relative to the nearest centre's, which keeps them from vanishing all at once.
    const weight = Math.exp((nearest - dx * dx - dy * dy) / (2 * variance));
    total += weight;
    pullX += weight * dx;
    pullY += weight * dy;
  }
  return [pullX / (total * variance), pullY / (total * variance)];
}
