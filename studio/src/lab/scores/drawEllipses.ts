import type { PlaneGaussian } from 'gansmith/theory';
import type { Sheet } from '../draw/canvas.ts';
import { around, scale } from '../draw/plane.ts';

/** The plane goes from minus to plus this. */
export const REACH = 4;
const view = around(REACH);

/** The distribution that stays. */
export const REAL: PlaneGaussian = {
  mean: [-1, -0.5],
  covariance: [
    [1, 0],
    [0, 1],
  ],
};

/** Half axes of an ellipse, and the degrees it is turned by. */
interface Axes {
  long: number;
  short: number;
  turn: number;
}

/** Both distributions as the ellipses of one and of two standard deviations. */
export function drawEllipses(sheet: Sheet, generated: PlaneGaussian, { long, short, turn }: Axes): void {
  const { palette } = sheet;
  const to = scale(sheet, view);
  ellipse(sheet, to, REAL.mean, 1, 1, 0, palette.real);
  ellipse(sheet, to, generated.mean, long, short, (-turn * Math.PI) / 180, palette.generated);
}

function ellipse(
  { context }: Sheet,
  to: ReturnType<typeof scale>,
  mean: readonly [number, number],
  long: number,
  short: number,
  turn: number,
  colour: string,
): void {
  context.strokeStyle = colour;
  context.fillStyle = colour;
  for (const deviations of [1, 2]) {
    context.beginPath();
    context.ellipse(
      to.x(mean[0]),
      to.y(mean[1]),
      deviations * long * to.perX,
      deviations * short * to.perY,
      turn,
      0,
      2 * Math.PI,
    );
    context.globalAlpha = 0.16;
    context.fill();
    context.globalAlpha = 1;
    context.lineWidth = 2 / deviations;
    context.stroke();
  }
  context.beginPath();
  context.arc(to.x(mean[0]), to.y(mean[1]), 4, 0, 2 * Math.PI);
  context.fill();
}
