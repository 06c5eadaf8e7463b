export const sigmoid = (t: number): number => 1 / (1 + Math.exp(-t));

/** How a critic's raw output is shown: objectives differ in what it means. */
export function shownVerdicts(map: ArrayLike<number>, objective: string): Float64Array {
  const shown = new Float64Array(map.length);
  if (objective === 'non-saturating' || objective === 'minimax') {
    for (let i = 0; i < shown.length; i++) shown[i] = sigmoid(map[i]!);
    return shown;
  }
  if (objective === 'least-squares') {
    for (let i = 0; i < shown.length; i++) shown[i] = Math.min(1, Math.max(0, map[i]!));
    return shown;
  }
  // Only differences of the others' scores mean something: they are shown about their mean, in units of their spread.
  let [sum, squares] = [0, 0];
  for (let i = 0; i < map.length; i++) {
    sum += map[i]!;
    squares += map[i]! ** 2;
  }
  const mean = sum / map.length;
  const spread = Math.sqrt(Math.max(squares / map.length - mean * mean, 1e-12));
  for (let i = 0; i < shown.length; i++) shown[i] = sigmoid((map[i]! - mean) / spread);
  return shown;
}

/** The best critic p / (p + q) on a grid of places, both densities estimated by Gaussians of width `width` about the points. */
export function bestCritic(
  places: ArrayLike<number>,
  real: ArrayLike<number>,
  generated: ArrayLike<number>,
  width: number,
): Float64Array {
  const best = new Float64Array(places.length / 2);
  for (let i = 0; i < best.length; i++) {
    const [x, y] = [places[2 * i]!, places[2 * i + 1]!];
    const p = density(x, y, real, width);
    const q = density(x, y, generated, width);
    // Where neither has mass, no verdict is better than another.
    best[i] = (p + 1e-4) / (p + q + 2e-4);
  }
  return best;
}

function density(x: number, y: number, points: ArrayLike<number>, width: number): number {
  let total = 0;
  const far = 9 * width * width;
  for (let i = 0; i < points.length; i += 2) {
    const squared = (points[i]! - x) ** 2 + (points[i + 1]! - y) ** 2;
    if (squared < far) total += Math.exp(-squared / (2 * width * width));
  }
  return (2 * total) / points.length;
}
