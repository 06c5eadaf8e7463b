import { describe, expect, it } from 'vitest';
import { fillMask } from './xoshiro.ts';

describe('fillMask', () => {
  // What the authors' xoshiro128plusplus.c gives from the state 1, 2, 3, 4.
  const published = [
    641, 1573767, 3222811527, 3517856514, 836907274, 4247214768, 3867114732, 1355841295, 495546011, 621204420,
  ];
  const pieces = published.flatMap((word) => [word & 0xffff, word >>> 16]);

  it.each([0, 1, 641, 642, 1000, 32768, 65535, 65536])('compares 16-bit pieces with %s', (threshold) => {
    const mask = new Float32Array(pieces.length);
    fillMask(mask, threshold, Uint32Array.of(1, 2, 3, 4));
    expect([...mask]).toEqual(pieces.map((piece) => Number(piece < threshold)));
  });

  it('fills an odd length, and leaves its seed and its neighbours alone', () => {
    const seed = Uint32Array.of(1, 2, 3, 4);
    const memory = new Float32Array(5).fill(7);
    fillMask(memory.subarray(1, 4), 65536, seed);
    expect([...memory]).toEqual([7, 1, 1, 1, 7]);
    expect([...seed]).toEqual([1, 2, 3, 4]);
  });
});
