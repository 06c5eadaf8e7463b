import { describe, expect, it } from 'vitest';
import { ShapeError, UsageError } from './errors.ts';
import { linePicture, pointsPicture } from './plot.ts';
import type { Picture } from './png.ts';
import { randomStream } from './random.ts';

type Pixel = readonly [number, number, number];
const GREEN: Pixel = [42, 157, 143];
const VIOLET: Pixel = [123, 44, 191];
const isGreen = ([r, g, b]: Pixel) => g > r + 5 && g > b;
const isViolet = ([r, g, b]: Pixel) => b > g + 5 && r > g;

describe('a scatter picture', () => {
  it('draws real points green-blue and generated ones violet, each in its place, y upwards', () => {
    const picture = pointsPicture({ real: [0, 0, 1, 0, 0, 1, 1, 1], generated: [0, 1, 1, 0] }, 2, 120);
    expect(picture).toMatchObject({ width: 120, height: 120, channels: 3 });
    // The real points span 1 and the margins half of it: a point stands 1/6 or 5/6 of the way.
    expect(isGreen(pixel(picture, 20, 99))).toBe(true);
    expect(isGreen(pixel(picture, 99, 20))).toBe(true);
    expect(isViolet(pixel(picture, 20, 20))).toBe(true);
    expect(isViolet(pixel(picture, 99, 99))).toBe(true);
    expect(pixel(picture, 60, 60)).toEqual([255, 255, 255]);
  });

  it('fits the bulk of the real points whatever the generated ones do, and draws strays at the edge', () => {
    const real = randomStream(1).fillUniform(new Float32Array(400), -1, 1);
    real.set([1e6, 0, -1e6, -1e6], 0);
    const near = pointsPicture({ real, generated: [0.5, 0.5] }, 2, 100);
    const far = pointsPicture({ real, generated: [1e9, -1e9] }, 2, 100);
    expect(count(near, isGreen)).toBeGreaterThan(300);
    expect(Math.abs(count(far, isGreen) - count(near, isGreen))).toBeLessThan(20);
    expect(isViolet(pixel(far, 99, 99))).toBe(true);
  });

  it.each([
    ['wide', 0, 1],
    ['tall', 1, 0],
  ])('keeps equal scales on both axes for a %s cloud', (_, longAxis, shortAxis) => {
    const real = Array.from({ length: 101 }, (_, i) => {
      const point = [i / 100, (i % 2) / 10];
      return [point[longAxis]!, point[shortAxis]!];
    }).flat();
    const found = places(pointsPicture({ real, generated: [] }, 2, 200), isGreen);
    const extent = (axis: number) => {
      const values = found.map((place) => place[axis]!);
      return Math.max(...values) - Math.min(...values);
    };
    const ratio = extent(longAxis) / extent(shortAxis); // a little under 10: dots have a width
    expect(ratio).toBeGreaterThan(7);
    expect(ratio).toBeLessThan(11);
  });

  it('fits the generated points when there are no real ones', () => {
    const picture = pointsPicture({ generated: [100, 100, 101, 101] }, 2, 120);
    expect(isViolet(pixel(picture, 20, 99))).toBe(true);
    expect(isViolet(pixel(picture, 99, 20))).toBe(true);
  });

  it('leaves out points that are not finite, and is empty without points', () => {
    const generated = [Number.NaN, 0, 0, Number.POSITIVE_INFINITY];
    expect(count(pointsPicture({ generated }, 2, 64), isViolet)).toBe(0);
    expect(pointsPicture({ generated: [1, 1, ...generated] }, 2, 64)).toEqual(
      pointsPicture({ generated: [1, 1] }, 2, 64),
    );
  });

  it('shows points that all coincide', () => {
    expect(isViolet(pixel(pointsPicture({ generated: [3, 3, 3, 3] }, 2, 65), 32, 32))).toBe(true);
  });
});

describe('a histogram picture', () => {
  it('has bars as high as the share of the values, real and generated over each other', () => {
    const real = Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? -1 : 1)); // one third, two thirds
    const picture = pointsPicture({ real, generated: [] }, 1, 256);
    const heights = [43, 213].map((centre) => tallest(picture, centre - 8, centre + 8, isGreen));
    expect(heights[1]! / heights[0]!).toBeGreaterThan(1.9);
    expect(heights[1]! / heights[0]!).toBeLessThan(2.1);
    expect(count(picture, isViolet)).toBe(0);
  });

  it('cuts a spike, so that the real values stay visible beside a collapsed generator', () => {
    const real = randomStream(2).fillUniform(new Float32Array(5000), -1, 1);
    const picture = pointsPicture({ real, generated: new Float32Array(100) }, 1, 256);
    expect(tallest(picture, 60, 100, isGreen)).toBeGreaterThan(70);
    expect(tallest(picture, 120, 136, isViolet)).toBe(255);
  });

  it('counts values beyond the frame in its outermost bars', () => {
    const real = randomStream(3).fillUniform(new Float32Array(1000), -1, 1);
    const picture = pointsPicture({ real, generated: [1e9, -1e9] }, 1, 256);
    expect(tallest(picture, 0, 4, isViolet)).toBeGreaterThan(100);
    expect(tallest(picture, 252, 256, isViolet)).toBeGreaterThan(100);
  });

  it('is empty without points', () => {
    expect(count(pointsPicture({ generated: [Number.NaN] }, 1, 64), isViolet)).toBe(0);
  });
});

describe('pointsPicture refuses', () => {
  it('values that are not whole points', () => {
    const draw = () => pointsPicture({ generated: [1, 2, 3] }, 2);
    expect(draw).toThrow(ShapeError);
    expect(draw).toThrow('points picture: expected points of 2 values each, got 3 values');
  });

  it.each([0, 15, 20.5, Number.NaN])('a size of %s', (size) => {
    const draw = () => pointsPicture({ generated: [] }, 2, size);
    expect(draw).toThrow(UsageError);
    expect(draw).toThrow(`points picture: expected a size of at least 16 pixels, got ${size}`);
  });
});

describe('a line picture', () => {
  const falling = { name: 'critic', color: GREEN, values: [1, 0] };

  it('runs from the first to the last position between the smallest and the largest value', () => {
    const picture = linePicture([falling], { width: 116, height: 66 });
    expect(isGreen(pixel(picture, 8, 8))).toBe(true);
    expect(isGreen(pixel(picture, 58, 33))).toBe(true);
    expect(isGreen(pixel(picture, 107, 57))).toBe(true);
    expect(isGreen(pixel(picture, 107, 8))).toBe(false);
  });

  it('draws later curves over earlier ones, positions shared', () => {
    const half = { name: 'generator', color: VIOLET, values: [0, 0] };
    const long = { name: 'critic', color: GREEN, values: [0, 0, 1] };
    const picture = linePicture([long, half], { width: 116, height: 66 });
    expect(isViolet(pixel(picture, 30, 57))).toBe(true);
    expect(isViolet(pixel(picture, 80, 57))).toBe(false);
    expect(isGreen(pixel(picture, 107, 8))).toBe(true);
  });

  it('leaves a gap where a value is not finite, and shows a value between two gaps as a dot', () => {
    const values = [0, 0, Number.NaN, 0, Number.POSITIVE_INFINITY, 0, 0];
    const picture = linePicture([{ name: 'loss', color: GREEN, values }], {
      width: 136,
      height: 64,
      range: [-1, 1],
    });
    const drawn = [18, 48, 68, 88, 118].map((x) => isGreen(pixel(picture, x, 32)));
    expect(drawn).toEqual([true, false, true, false, true]);
  });

  it('cuts values at a given range', () => {
    const picture = linePicture([{ name: 'loss', color: GREEN, values: [0, 100] }], {
      height: 66,
      range: [0, 1],
    });
    expect(isGreen(pixel(picture, 631, 8))).toBe(true);
    expect(places(picture, isGreen).every(([, y]) => y >= 6)).toBe(true);
  });

  it('draws a constant in the middle and a single value as a dot', () => {
    const constant = linePicture([{ name: 'c', color: GREEN, values: [3, 3] }], { width: 116, height: 65 });
    expect(isGreen(pixel(constant, 58, 32))).toBe(true);
    const single = linePicture([{ name: 'c', color: GREEN, values: [3] }], { width: 116, height: 65 });
    expect(isGreen(pixel(single, 8, 32))).toBe(true);
    expect(isGreen(pixel(single, 58, 32))).toBe(false);
  });

  it.each([
    [[], {}, 'line picture: there is no finite value to draw'],
    [
      [{ name: 'c', color: GREEN, values: [Number.NaN] }],
      {},
      'line picture: there is no finite value to draw',
    ],
    [[falling], { width: 4 }, 'line picture: expected a size of at least 16 x 16 pixels, got 4 x 320'],
    [
      [falling],
      { range: [2, 1] as const },
      'line picture: expected a range [low, high] with low <= high, got [2, 1]',
    ],
  ])('refuses %j with %j', (series, options, message) => {
    const draw = () => linePicture(series, options);
    expect(draw).toThrow(UsageError);
    expect(draw).toThrow(message);
  });
});

function pixel({ width, data }: Picture, x: number, y: number): Pixel {
  const at = (y * width + x) * 3;
  return [data[at]!, data[at + 1]!, data[at + 2]!];
}

function places(picture: Picture, wanted: (color: Pixel) => boolean): [number, number][] {
  return Array.from({ length: picture.width * picture.height }, (_, i): [number, number] => [
    i % picture.width,
    Math.floor(i / picture.width),
  ]).filter(([x, y]) => wanted(pixel(picture, x, y)));
}

const count = (picture: Picture, wanted: (color: Pixel) => boolean) => places(picture, wanted).length;

/** Pixels from the bottom to the highest pixel of the wanted colour between two columns. */
function tallest(picture: Picture, left: number, right: number, wanted: (color: Pixel) => boolean): number {
  const found = places(picture, wanted).filter(([x]) => x >= left && x < right);
  return Math.max(0, ...found.map(([, y]) => picture.height - 1 - y));
}
