import type { Sheet } from '../draw/canvas.ts';

/** Both densities, one upside down, and the cheapest plan between them. */
export function drawPlan(
  sheet: Sheet,
  p: { points: readonly number[]; weights: readonly number[] },
  q: readonly number[],
): void {
  const { context, width, height, palette } = sheet;
  const x = (value: number) => ((value + 5) / 10) * width;
  const most = Math.max(...p.weights, ...q);
  const half = height / 2;
  const room = half - 34;
  for (const [weights, colour, up] of [
    [p.weights, palette.real, 1],
    [q, palette.generated, -1],
  ] as const) {
    const base = half - up * 26;
    context.beginPath();
    context.moveTo(x(p.points[0]!), base);
    for (const [i, weight] of weights.entries()) {
      context.lineTo(x(p.points[i]!), base - up * (weight / most) * room);
    }
    context.lineTo(x(p.points.at(-1)!), base);
    context.fillStyle = colour;
    context.globalAlpha = 0.22;
    context.fill();
    context.globalAlpha = 1;
    context.strokeStyle = colour;
    context.lineWidth = 2;
    context.stroke();
  }
  // The cheapest plan on the line moves quantiles to quantiles.
  const from = quantiles(p.points, p.weights);
  const to = quantiles(p.points, q);
  context.strokeStyle = palette.critic;
  context.globalAlpha = 0.7;
  context.lineWidth = 1.2;
  context.beginPath();
  from.forEach((start, i) => {
    context.moveTo(x(start), half - 24);
    context.lineTo(x(to[i]!), half + 24);
  });
  context.stroke();
  context.globalAlpha = 1;
}

const SHARES = 24;

/** Where the middles of equal shares of the mass lie. */
function quantiles(points: readonly number[], weights: readonly number[]): number[] {
  const found: number[] = [];
  let total = 0;
  for (let i = 0; i < points.length; i++) {
    total += weights[i]!;
    while (found.length < SHARES && total >= (found.length + 0.5) / SHARES) found.push(points[i]!);
  }
  return found;
}
