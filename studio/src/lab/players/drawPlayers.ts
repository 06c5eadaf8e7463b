import type { Sheet } from '../draw/canvas.ts';
import { around, scale } from '../draw/plane.ts';

type Point = readonly [number, number];

/** The plane goes from minus to plus this. */
export const REACH = 2.2;
const view = around(REACH);

/** A game of two numbers, and a path in it. */
export interface Shown {
  /** What the players are called. */
  names: readonly [across: string, up: string];
  field(x: number, y: number): Point;
  path: readonly Point[];
  verdict: string;
  radius: number | undefined;
}

/** The field, each stroke in the colours of those whose pull it is, and the path over it. */
export function drawPlayers(sheet: Sheet, { names, field, path }: Shown): void {
  const { context, palette, width } = sheet;
  const to = scale(sheet, view);
  context.strokeStyle = palette.line;
  context.beginPath();
  context.moveTo(to.x(-REACH), to.y(0));
  context.lineTo(to.x(REACH), to.y(0));
  context.moveTo(to.x(0), to.y(-REACH));
  context.lineTo(to.x(0), to.y(REACH));
  context.stroke();
  const length = width / 26;
  for (let i = -10; i <= 10; i++) {
    for (let j = -10; j <= 10; j++) {
      const [x, y] = [i * 0.2, j * 0.2];
      const [dx, dy] = field(x, y);
      const size = Math.hypot(dx, dy);
      if (size < 1e-9) continue;
      const reach = (length * Math.min(1, 0.25 + size / 2)) / size;
      // Whose pull it is: the generator's sideways, the critic's upwards.
      const share = Math.abs(dy) / (Math.abs(dx) + Math.abs(dy));
      context.globalAlpha = 0.75;
      context.lineWidth = 1.2;
      for (const [colour, part] of [
        [palette.generator, 1 - share],
        [palette.critic, share],
      ] as const) {
        context.globalAlpha = 0.75 * part;
        context.strokeStyle = colour;
        context.beginPath();
        context.moveTo(to.x(x) - (dx * reach) / 2, to.y(y) + (dy * reach) / 2);
        context.lineTo(to.x(x) + (dx * reach) / 2, to.y(y) - (dy * reach) / 2);
        context.stroke();
      }
      context.globalAlpha = 0.75;
      context.fillStyle = share > 0.5 ? palette.critic : palette.generator;
      context.beginPath();
      context.arc(to.x(x) + (dx * reach) / 2, to.y(y) - (dy * reach) / 2, 1.7, 0, 2 * Math.PI);
      context.fill();
    }
  }
  context.globalAlpha = 1;
  context.strokeStyle = palette.ink;
  context.lineWidth = 1.6;
  context.lineJoin = 'round';
  context.beginPath();
  for (const [i, [x, y]] of path.entries()) {
    if (Math.abs(x) > 50 || Math.abs(y) > 50) break;
    context[i === 0 ? 'moveTo' : 'lineTo'](to.x(x), to.y(y));
  }
  context.stroke();
  const [first] = path;
  context.fillStyle = palette.ink;
  context.beginPath();
  context.arc(to.x(first![0]), to.y(first![1]), 5, 0, 2 * Math.PI);
  context.fill();
  const [x, y] = path.at(-1)!;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(to.x(x), to.y(y), 7, 0, 2 * Math.PI);
  context.stroke();
  context.fillStyle = palette.surface;
  context.strokeStyle = palette.real;
  context.lineWidth = 3;
  context.beginPath();
  context.arc(to.x(0), to.y(0), 5, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
  drawAxes(sheet, to, names);
}

/** Names at the ends of both axes, and their whole numbers. */
function drawAxes({ context, palette }: Sheet, to: ReturnType<typeof scale>, names: Shown['names']): void {
  context.fillStyle = palette.ink;
  context.font = '12px system-ui, sans-serif';
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  context.fillText(names[0], to.x(REACH) - 6, to.y(0) + 12);
  for (const value of [-2, -1, 1, 2]) context.fillText(String(value), to.x(0) - 6, to.y(value));
  context.textAlign = 'center';
  for (const value of [-2, -1, 1]) context.fillText(String(value), to.x(value), to.y(0) + 12);
  context.textAlign = 'left';
  context.fillText(names[1], to.x(0) + 8, to.y(REACH) + 12);
}
