import type { Sheet } from './canvas.ts';

/** The part of the plane that is shown. */
export interface Window2 {
  left: number;
  right: number;
  bottom: number;
  top: number;
}

export const around = (half: number): Window2 => ({ left: -half, right: half, bottom: -half, top: half });

/** From the plane to the pixels of a sheet. */
export function scale({ width, height }: Pick<Sheet, 'width' | 'height'>, view: Window2) {
  const perX = width / (view.right - view.left);
  const perY = height / (view.top - view.bottom);
  return {
    x: (value: number) => (value - view.left) * perX,
    y: (value: number) => height - (value - view.bottom) * perY,
    perX,
    perY,
  };
}

/** Centres of the cells of a grid over the window, row by row from the top, flat [rows * columns, 2]. */
export function gridOver(view: Window2, columns: number, rows: number): Float32Array {
  const points = new Float32Array(2 * columns * rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = 2 * (row * columns + column);
      points[at] = view.left + ((column + 0.5) / columns) * (view.right - view.left);
      points[at + 1] = view.top - ((row + 0.5) / rows) * (view.top - view.bottom);
    }
  }
  return points;
}

export function drawDots(
  { context }: Sheet,
  to: ReturnType<typeof scale>,
  points: ArrayLike<number>,
  { colour, radius, alpha = 1 }: { colour: string; radius: number; alpha?: number },
): void {
  context.fillStyle = colour;
  context.globalAlpha = alpha;
  context.beginPath();
  for (let i = 0; i + 1 < points.length; i += 2) {
    const [x, y] = [to.x(points[i]!), to.y(points[i + 1]!)];
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
  context.fill();
  context.globalAlpha = 1;
}

/** Arrows from points along directions, as long as `length` pixels for the strongest, none longer. */
export function drawArrows(
  { context }: Sheet,
  to: ReturnType<typeof scale>,
  points: ArrayLike<number>,
  directions: ArrayLike<number>,
  { colour, length }: { colour: string; length: number },
): void {
  let most = 1e-12;
  for (let i = 0; i + 1 < directions.length; i += 2) {
    most = Math.max(most, Math.hypot(directions[i]!, directions[i + 1]!));
  }
  context.strokeStyle = colour;
  context.lineWidth = 1.4;
  context.globalAlpha = 0.9;
  context.beginPath();
  for (let i = 0; i + 1 < points.length; i += 2) {
    const dx = (directions[i]! / most) * length;
    const dy = (-directions[i + 1]! / most) * length;
    const size = Math.hypot(dx, dy);
    if (size < 1.5) continue;
    const [x, y] = [to.x(points[i]!), to.y(points[i + 1]!)];
    const head = Math.min(5, size * 0.5) / size;
    context.moveTo(x, y);
    context.lineTo(x + dx, y + dy);
    context.lineTo(x + dx - head * (dx + 0.6 * dy), y + dy - head * (dy - 0.6 * dx));
    context.moveTo(x + dx, y + dy);
    context.lineTo(x + dx - head * (dx - 0.6 * dy), y + dy - head * (dy + 0.6 * dx));
  }
  context.stroke();
  context.globalAlpha = 1;
}

/** A square net of points [side * side, 2] as its lines. */
export function drawNet(
  { context }: Sheet,
  to: ReturnType<typeof scale>,
  net: ArrayLike<number>,
  { colour, alpha = 0.55 }: { colour: string; alpha?: number },
): void {
  const side = Math.round(Math.sqrt(net.length / 2));
  const at = (row: number, column: number) => 2 * (row * side + column);
  context.strokeStyle = colour;
  context.lineWidth = 0.8;
  context.globalAlpha = alpha;
  context.beginPath();
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const along = at(row, column);
      const across = at(column, row);
      const draw = column === 0 ? 'moveTo' : 'lineTo';
      context[draw](to.x(net[along]!), to.y(net[along + 1]!));
      if (column === 0) continue;
      const before = at(column - 1, row);
      context.moveTo(to.x(net[before]!), to.y(net[before + 1]!));
      context.lineTo(to.x(net[across]!), to.y(net[across + 1]!));
      context.moveTo(to.x(net[along]!), to.y(net[along + 1]!));
    }
  }
  context.stroke();
  context.globalAlpha = 1;
}
