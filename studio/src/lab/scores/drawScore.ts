import type { Sheet } from '../draw/canvas.ts';
import { drawChart, ticks } from '../draw/lines.ts';
import type { Damage } from './damage.ts';
import { DAMAGES } from './damage.ts';
import type { Measured } from './measures.ts';
import type { CurvePoint } from './useScores.ts';

/** Dashes that tell damages apart. */
export const STROKES: Record<keyof Damage, readonly number[]> = { blur: [], noise: [7, 4], missing: [2, 3] };

/** One score over each damage alone, and where the pictures shown stand. */
export function drawScore(
  sheet: Sheet,
  curve: readonly CurvePoint[],
  name: keyof Measured,
  value: number | undefined,
): void {
  const { palette } = sheet;
  const heights = curve.map(({ measured }) => measured[name]);
  const least = name === 'frechet' || name === 'kernel' ? 0.01 : 1;
  const top = Math.max(least, ...heights, value ?? 0) * 1.04;
  const axes = {
    left: 0,
    right: 1,
    bottom: Math.min(0, ...heights, value ?? 0),
    top,
    marks: ticks(0, top, 3),
    xMarks: [
      [0, 'none'],
      [1, 'most'],
    ] as const,
  };
  const lines = DAMAGES.map((kind) => ({
    colour: palette.ink,
    dash: STROKES[kind],
    points: curve
      .filter((point) => point.kind === kind)
      .flatMap(({ level, measured }) => [level, measured[name]]),
  }));
  const here =
    value === undefined ? [] : [{ colour: palette.generated, width: 2, points: [0, value, 1, value] }];
  drawChart(sheet, axes, [...lines, ...here]);
}
