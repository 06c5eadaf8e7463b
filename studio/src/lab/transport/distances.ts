import { discretize, jensenShannonDivergence, wasserstein1OnGrid } from 'gansmith/theory';

/** What lies where: `two` is one generated bell for two real ones, `spread` a wider one for one. */
export interface Shapes {
  shape: string;
  width: number;
}

export type DistanceName = 'js' | 'w';

const LINE = { from: -8, to: 8, cells: 1600 };
const CELL = (LINE.to - LINE.from) / LINE.cells;
/** The generated distribution lies from 0 to this far to the right. */
export const FAR = 5;
/** Steps of what is dragged, and of the differences that slopes are taken from. */
export const GRID = 0.05;
/** A step of the generator goes this much times the slope. */
const RATE = 0.2;

const bell = (x: number, centre: number, width: number) => Math.exp(-((x - centre) ** 2) / (2 * width ** 2));

/** The real distribution stays, the generated one is `distance` further right. */
export function distributions({ shape, width }: Shapes, distance: number) {
  const real = (x: number): number =>
    shape === 'two' ? bell(x, -2, width) + bell(x, 1, width) : bell(x, -2, width);
  const generated = (x: number): number =>
    shape === 'spread'
      ? bell(x - distance, -2, 2 * width)
      : shape === 'two'
        ? bell(x - distance, -2, width)
        : real(x - distance);
  return { p: discretize(real, LINE), q: discretize(generated, LINE) };
}

export function distancesAt(shapes: Shapes, distance: number): Record<DistanceName, number> {
  const { p, q } = distributions(shapes, distance);
  return {
    js: jensenShannonDivergence(p.weights, q.weights),
    w: wasserstein1OnGrid(p.weights, q.weights, CELL),
  };
}

/** How each distance changes with the place of the generated distribution, by central differences. */
export function slopesAt(shapes: Shapes, distance: number): Record<DistanceName, number> {
  const [before, after] = [distancesAt(shapes, distance - GRID), distancesAt(shapes, distance + GRID)];
  // Rounding is taken for what it is: no slope.
  const difference = (high: number, low: number) => Math.round((1e6 * (high - low)) / (2 * GRID)) / 1e6 + 0;
  return { js: difference(after.js, before.js), w: difference(after.w, before.w) };
}

/** Where a step down the slope of one distance leads. */
export function descended(shapes: Shapes, by: DistanceName, distance: number): number {
  return Math.min(FAR, Math.max(0, distance - RATE * slopesAt(shapes, distance)[by]));
}
