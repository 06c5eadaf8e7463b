import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { imageGrid } from '../base/grid.ts';
import type { Picture } from '../base/png.ts';
import { colorDepth, fitGrid, previewText, shrink } from './preview.ts';

beforeEach(() => vi.stubEnv('NO_COLOR', undefined));
afterEach(() => vi.unstubAllEnvs());

const picture: Picture = {
  width: 2,
  height: 3,
  channels: 3,
  data: Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 255, 9, 9, 9, 9, 9, 9),
};

describe('a preview', () => {
  test('holds two pixels in a character, in 24-bit colour', () => {
    expect(previewText(picture, 'true')).toBe(
      '\x1b[38;2;255;0;0;48;2;0;0;255m▀\x1b[38;2;0;255;0;48;2;0;0;255m▀\x1b[0m\n' +
        '\x1b[38;2;9;9;9;49m▀▀\x1b[0m',
    );
  });

  test('falls back to the 256 colours: the cube, and greys for greys', () => {
    expect(previewText(picture, '256')).toBe(
      '\x1b[38;5;196;48;5;21m▀\x1b[38;5;46;48;5;21m▀\x1b[0m\n' + '\x1b[38;5;232;49m▀▀\x1b[0m',
    );
    const greys = { width: 3, height: 1, channels: 1, data: Uint8Array.of(0, 128, 255) } as const;
    expect(previewText(greys, '256')).toBe('\x1b[38;5;16;49m▀\x1b[38;5;244;49m▀\x1b[38;5;231;49m▀\x1b[0m');
  });

  test('is left out where there are no colours', () => {
    expect(previewText(picture, 'none')).toBe('');
  });
});

test('the depth is that of the terminal, and nothing for pipes and NO_COLOR', () => {
  const stream = (bits: number, isTTY = true) => ({ isTTY, getColorDepth: () => bits });
  expect([24, 8, 4, 1].map((bits) => colorDepth(stream(bits)))).toEqual(['true', '256', 'none', 'none']);
  expect(colorDepth(stream(24, false))).toBe('none');
  vi.stubEnv('NO_COLOR', '');
  expect(colorDepth(stream(24))).toBe('none');
});

test('shrinking takes the mean of what lies under a new pixel', () => {
  const wide: Picture = {
    width: 4,
    height: 2,
    channels: 1,
    data: Uint8Array.of(0, 100, 10, 10, 200, 100, 30, 30),
  };
  expect(shrink(wide, 2)).toEqual({ width: 2, height: 1, channels: 1, data: Uint8Array.of(100, 20) });
  expect(shrink(wide, 4)).toEqual(wide);
});

test('a grid is cut so that every image stays large enough to see', () => {
  const grid = imageGrid(new Float32Array(64 * 28 * 28).fill(1), [64, 1, 28, 28]);
  const fitted = fitGrid(grid, [28, 28], 80);
  expect(fitted.width).toBe(80);
  // Five of eight across, three down: 80 columns hold images of about 15 pixels.
  expect(fitted.height).toBe(Math.round((3 * 30 - 2) * (80 / (5 * 30 - 2))));
  expect(fitGrid(grid, [28, 28], 1000)).toMatchObject({ width: 238, height: 118 });
  const single = imageGrid(new Float32Array(64), [1, 1, 8, 8]);
  expect(fitGrid(single, [8, 8], 80)).toMatchObject({ width: 8, height: 8 });
});
