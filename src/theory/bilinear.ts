import { UsageError } from '../base/errors.ts';
import { checkName } from './names.ts';
import { type Complex, eigenvalues, spectralRadius, type Verdict, verdictOf } from './spectrum.ts';
import { checkPath, type Turn, taken } from './turns.ts';

/** How the two players of min over x, max over y of x y move. F(x, y) = (y, -x) is what both descend. */
export type BilinearMethod = 'simultaneous' | 'alternating' | 'extragradient' | 'optimistic';

export interface BilinearOptions {
  /** Learning rate of both players, > 0. */
  readonly rate: number;
  /** Heavy-ball momentum, of simultaneous and alternating updates; default 0, negative allowed. */
  readonly momentum?: number;
}

export interface BilinearAnalysis {
  /** The update as a matrix on (x, y), or on (x, y, previous x, previous y) for methods that remember. */
  readonly matrix: readonly (readonly number[])[];
  readonly eigenvalues: readonly Complex[];
  /** Largest modulus of the eigenvalues, computed from the matrix. */
  readonly spectralRadius: number;
  /** What becomes of any start but the equilibrium (0, 0). */
  readonly verdict: Verdict;
}

type Point = readonly [x: number, y: number];
type Step = (now: Point, before: Point, rate: number, momentum: number) => Point;

/**
 * The updates on x y with learning rate h and momentum b, z = (x, y):
 * - `simultaneous`: z' = z - h F(z) + b (z - z_before);
 * - `alternating`: the same, but y sees the new x (Gidel et al. 2019, arXiv:1807.04740, with b < 0);
 * - `extragradient`: z' = z - h F(z - h F(z)) (Korpelevich 1976; Gidel et al. 2019, arXiv:1802.10551);
 * - `optimistic`: z' = z - 2 h F(z) + h F(z_before) (Daskalakis et al. 2018, arXiv:1711.00141).
 */
const steps: Readonly<Record<BilinearMethod, Step>> = {
  simultaneous: ([x, y], [x0, y0], h, b) => [x - h * y + b * (x - x0), y + h * x + b * (y - y0)],
  alternating([x, y], [x0, y0], h, b) {
    const next = x - h * y + b * (x - x0);
    return [next, y + h * next + b * (y - y0)];
  },
  extragradient: ([x, y], _, h) => [x - h * (y + h * x), y + h * (x - h * y)],
  optimistic: ([x, y], [x0, y0], h) => [x - 2 * h * y + h * y0, y + 2 * h * x - h * x0],
};

/**
 * The path of the players, start included, [steps + 1][2]. Methods that remember start as if they had stood still. With `turns`, one a
 * step, x moves alone where it is `first` and y where it is `second`, each from where both stand; `steps` is then not looked at.
 *
 * @throws UsageError for a method that is none, a rate that is not positive, momentum where the method has none, a start that is not
 *   finite, or steps that are no whole number.
 */
export function bilinearTrajectory(
  method: BilinearMethod,
  {
    start = [1, 1],
    steps: count = 100,
    turns,
    ...options
  }: BilinearOptions & { start?: Point; steps?: number; turns?: readonly Turn[] },
): Point[] {
  const { rate, momentum } = checked(method, options);
  checkPath('bilinear game', start, count);
  const alone = steps[method === 'alternating' ? 'simultaneous' : method];
  const path: Point[] = [start];
  for (const [k, turn] of (turns ?? new Array<Turn>(count).fill('both')).entries()) {
    const now = path[k]!;
    const step = turn === 'both' ? steps[method] : alone;
    path.push(taken(turn, now, step(now, path[Math.max(0, k - 1)]!, rate, momentum)));
  }
  return path;
}

/**
 * The update as a linear map, its spectrum, and what that means for the game (exact conditions: Zhang and Yu 2020,
 * arXiv:1908.05699). Momentum b < 0 makes alternating updates converge, for b = -1/2 at rates below 1; with b > 0, and
 * for simultaneous updates with any b, they diverge (Gidel et al. 2019, arXiv:1807.04740).
 */
export function bilinearGame(method: BilinearMethod, options: BilinearOptions): BilinearAnalysis {
  const { rate, momentum } = checked(method, options);
  const remembers = method === 'optimistic' || momentum !== 0;
  const images = unitVectors(remembers ? 4 : 2).map(([x = 0, y = 0, x0 = 0, y0 = 0]) => {
    const [nextX, nextY] = steps[method]([x, y], [x0, y0], rate, momentum);
    return remembers ? [nextX, nextY, x, y] : [nextX, nextY];
  });
  // Images of unit vectors are columns.
  const matrix = images.map((_, i) => images.map((image) => image[i]!));
  const values = eigenvalues(matrix);
  const radius = spectralRadius(values);
  const verdict = verdictOf(bilinearSpectralRadius(method, options) ?? radius);
  // At rate 2 the alternating update has -1 twice with one eigenvector: it grows, though not exponentially.
  const defective = method === 'alternating' && momentum === 0 && rate === 2;
  return { matrix, eigenvalues: values, spectralRadius: radius, verdict: defective ? 'diverges' : verdict };
}

/**
 * The spectral radius in closed form, with rate h:
 * - simultaneous: sqrt(1 + h^2): always diverges;
 * - alternating: 1 up to h = 2 (a closed orbit), then (h^2 - 2 + h sqrt(h^2 - 4)) / 2;
 * - extragradient: sqrt(1 - h^2 + h^4): converges for h < 1;
 * - optimistic: sqrt((1 + sqrt(1 - 4 h^2)) / 2) up to h = 1/2, then sqrt(1 + (2h + sqrt(4h^2 - 1))^2) / 2: converges
 *   for h < 1 / sqrt 3.
 * Undefined with momentum: there the characteristic polynomial has no short solution; `bilinearGame` computes its
 * roots.
 */
export function bilinearSpectralRadius(method: BilinearMethod, options: BilinearOptions): number | undefined {
  const { rate: h, momentum } = checked(method, options);
  if (momentum !== 0) return undefined;
  switch (method) {
    case 'simultaneous':
      return Math.sqrt(1 + h ** 2);
    case 'alternating':
      return h <= 2 ? 1 : (h ** 2 - 2 + h * Math.sqrt(h ** 2 - 4)) / 2;
    case 'extragradient':
      return Math.sqrt(1 - h ** 2 + h ** 4);
    case 'optimistic':
      return h <= 0.5
        ? Math.sqrt((1 + Math.sqrt(1 - 4 * h ** 2)) / 2)
        : Math.sqrt(1 + (2 * h + Math.sqrt(4 * h ** 2 - 1)) ** 2) / 2;
  }
}

const unitVectors = (n: number): number[][] =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)));

function checked(method: BilinearMethod, { rate, momentum = 0 }: BilinearOptions) {
  checkName('bilinear game', 'method', method, Object.keys(steps));
  if (!(rate > 0 && rate < Infinity)) {
    throw new UsageError(`bilinear game: expected a positive learning rate, got ${rate}`);
  }
  if (!Number.isFinite(momentum)) {
    throw new UsageError(`bilinear game: expected a finite momentum, got ${momentum}`);
  }
  if (momentum !== 0 && method !== 'simultaneous' && method !== 'alternating') {
    throw new UsageError(
      `bilinear game: ${method} updates have no momentum here; leave it out, or use 'simultaneous' or 'alternating'`,
    );
  }
  return { rate, momentum };
}
