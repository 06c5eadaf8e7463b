import { describe, expect, it } from 'vitest';
import { type Canvas, createCanvas, drawDot, drawSegment, fillRectangle, toPicture } from './canvas.ts';

const BLACK = [0, 0, 0] as const;

describe('a canvas', () => {
  it('starts white and becomes an RGB picture', () => {
    const picture = toPicture(createCanvas(3, 2));
    expect(picture).toEqual({ width: 3, height: 2, channels: 3, data: new Uint8Array(18).fill(255) });
  });

  it('blends layers without rounding between them', () => {
    const canvas = createCanvas(1, 1);
    for (let layer = 0; layer < 1000; layer++) fillRectangle(canvas, 0, 0, 1, 1, [10, 20, 30], 0.001);
    const left = 0.999 ** 1000;
    const expected = [10, 20, 30].map((value) => Math.round(value + left * (255 - value)));
    expect(Array.from(toPicture(canvas).data)).toEqual(expected);
  });
});

describe('fillRectangle', () => {
  it('covers pixels in part at its edges', () => {
    const canvas = createCanvas(4, 3);
    fillRectangle(canvas, 0.5, 1, 2.25, 2.5, BLACK, 1);
    expect(inkOf(canvas)).toEqual([
      [0, 0, 0, 0],
      [0.5, 1, 0.25, 0],
      [0.25, 0.5, 0.125, 0],
    ]);
  });

  it('is cut at the edges of the canvas', () => {
    const canvas = createCanvas(2, 2);
    fillRectangle(canvas, -5, 1, 9, 9, BLACK, 1);
    fillRectangle(canvas, -5, -5, -1, -1, BLACK, 1);
    expect(inkOf(canvas)).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });
});

describe('drawDot and drawSegment', () => {
  it('draws a disc around its centre', () => {
    const canvas = createCanvas(5, 5);
    drawDot(canvas, 2.5, 2.5, 1, BLACK, 1);
    const ink = inkOf(canvas);
    expect(ink[2]).toEqual([0, 0.5, 1, 0.5, 0]);
    expect(ink.map((row) => row[2])).toEqual(ink[2]);
    expect(ink[1]![1]).toBeCloseTo(1.5 - Math.SQRT2, 5);
  });

  it('draws as much ink as a disc has area, wherever its centre lies', () => {
    for (const centre of [10, 10.3, 10.77]) {
      const canvas = createCanvas(21, 21);
      drawDot(canvas, centre, centre, 4, BLACK, 1);
      const ink = inkOf(canvas).flat();
      expect(ink.reduce((sum, value) => sum + value, 0) / (Math.PI * 16)).toBeCloseTo(1, 1);
    }
  });

  it('draws a stroke of the given thickness between its ends', () => {
    const canvas = createCanvas(8, 5);
    drawSegment(canvas, [2.5, 2.5], [5.5, 2.5], 1, BLACK, 1);
    expect(inkOf(canvas)[2]).toEqual([0, 0, 1, 1, 1, 1, 0, 0]);
    expect(inkOf(canvas)[1]).toEqual(new Array(8).fill(0));
  });

  it('may lie outside the canvas', () => {
    const canvas = createCanvas(3, 3);
    drawSegment(canvas, [-10, -10], [-5, 20], 2, BLACK, 1);
    expect(
      inkOf(canvas)
        .flat()
        .every((value) => value === 0),
    ).toBe(true);
  });
});

/** How much of each pixel is covered by black, from 0 to 1: [height, width]. */
function inkOf({ width, height, data }: Canvas): number[][] {
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => 1 - data[(y * width + x) * 3]! / 255),
  );
}
