import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShapeError, UsageError } from './errors.ts';
import { imageGrid } from './grid.ts';

describe('imageGrid', () => {
  it('puts images in rows, with a white gap between and white where none is left', () => {
    const images = [0, 0.2, 0.4, 0.6, 0.8, 1]; // three images of one row and two columns
    const grid = imageGrid(images, [3, 1, 1, 2], { columns: 2, range: [0, 1], gap: 1 });
    expect(grid).toMatchObject({ width: 5, height: 3, channels: 1 });
    expect(rowsOf(grid.data, 5)).toEqual([
      [0, 51, 255, 102, 153],
      [255, 255, 255, 255, 255],
      [204, 255, 255, 255, 255],
    ]);
  });

  it('turns planes of channels into interleaved pixels', () => {
    const red = [0.1, 0.2];
    const green = [0.3, 0.4];
    const blue = [0.5, 0.6];
    const grid = imageGrid([...red, ...green, ...blue], [1, 3, 2, 1], { range: [0, 1] });
    expect(grid).toMatchObject({ width: 1, height: 2, channels: 3 });
    expect(Array.from(grid.data)).toEqual([0.1, 0.3, 0.5, 0.2, 0.4, 0.6].map((v) => Math.round(v * 255)));
  });

  it('maps [-1, 1] by default, rounds, clamps, and shows NaN as black', () => {
    const images = Float32Array.of(-1, -0.999, -0.99, 0, 1, -7, 7, Number.NaN);
    const grid = imageGrid(images, [1, 1, 1, 8]);
    expect(Array.from(grid.data)).toEqual([0, 0, 1, 128, 255, 0, 255, 0]);
  });

  it('is as square as it can be by default, with gaps of 2', () => {
    expect(imageGrid(new Float32Array(64 * 6), [64, 1, 2, 3])).toMatchObject({
      width: 8 * 5 - 2,
      height: 8 * 4 - 2,
    });
    expect(imageGrid(new Float32Array(5), [5, 1, 1, 1])).toMatchObject({ width: 7, height: 4 });
  });

  it('has no more columns than images', () => {
    expect(imageGrid(new Float32Array(2), [2, 1, 1, 1], { columns: 8 })).toMatchObject({
      width: 4,
      height: 1,
    });
  });

  it('shows every image whole, whatever the sizes', () => {
    const sizes = fc.record({
      count: fc.integer({ min: 1, max: 7 }),
      channels: fc.constantFrom(1, 3, 4),
      height: fc.integer({ min: 1, max: 4 }),
      width: fc.integer({ min: 1, max: 4 }),
      columns: fc.integer({ min: 1, max: 9 }),
      gap: fc.nat(3),
    });
    fc.assert(
      fc.property(sizes, ({ count, channels, height, width, columns, gap }) => {
        const images = Float64Array.from(
          { length: count * channels * height * width },
          (_, i) => (i * 37) % 256,
        );
        const grid = imageGrid(images, [count, channels, height, width], { columns, gap, range: [0, 255] });
        images.forEach((value, i) => {
          const [x, y] = [i % width, Math.floor(i / width) % height];
          const [c, n] = [
            Math.floor(i / width / height) % channels,
            Math.floor(i / width / height / channels),
          ];
          const across = Math.min(columns, count);
          const [left, top] = [(n % across) * (width + gap), Math.floor(n / across) * (height + gap)];
          expect(grid.data[((top + y) * grid.width + left + x) * channels + c]).toBe(value);
        });
      }),
    );
  });

  it.each([
    [[1, 2, 1, 1], 2, 'image grid: expected 1, 3 or 4 channels in [N, C, H, W], got [1, 2, 1, 1]'],
    [[0, 1, 1, 1], 0, 'image grid: expected sizes of at least 1 in [N, C, H, W], got [0, 1, 1, 1]'],
    [[2, 1, 2, 2], 7, 'image grid: expected 8 values for shape [2, 1, 2, 2], got 7'],
  ] as const)('refuses the shape %j with %s values', (shape, length, message) => {
    const draw = () => imageGrid(new Float32Array(length), shape);
    expect(draw).toThrow(ShapeError);
    expect(draw).toThrow(message);
  });

  it.each([
    [{ columns: 0 }, 'image grid: expected at least 1 column, got 0'],
    [{ gap: -1 }, 'image grid: expected a gap of whole pixels, 0 or more, got -1'],
    [{ range: [1, 1] as const }, 'image grid: expected a range [low, high] with low < high, got [1, 1]'],
  ])('refuses the options %j', (options, message) => {
    const draw = () => imageGrid(new Float32Array(1), [1, 1, 1, 1], options);
    expect(draw).toThrow(UsageError);
    expect(draw).toThrow(message);
  });
});

function rowsOf(data: Uint8Array, width: number): number[][] {
  return Array.from({ length: data.length / width }, (_, y) =>
    Array.from(data.subarray(y * width, (y + 1) * width)),
  );
}
