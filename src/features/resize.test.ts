import { describe, expect, it } from 'vitest';
import { readFixture } from '../../test/reference/fixture.ts';
import { hashes, hashSigns } from '../../test/reference/hashing.ts';
import { crc32 } from '../base/crc32.ts';
import { type Planes, resizeBytes, resizeClean, resizeFloats, resizeLegacy } from './resize.ts';

// Pillow's and TensorFlow's results are stored by reference/resize.py.
const fixture = readFixture('resize');
const { cases } = fixture.settings as unknown as {
  cases: Record<string, [number, number, number, number, number]>;
};
const filters = ['bilinear', 'bicubic', 'lanczos'] as const;

function pixelsOf(name: string, count: number): Uint8Array {
  if (name.startsWith('extremes'))
    return Uint8Array.from(hashSigns(name, count), (sign) => (sign > 0 ? 255 : 0));
  return Uint8Array.from(hashes(name, count), (hash) => hash >>> 24);
}

/** Small results are stored whole, large ones by their checksum. */
function expectSame(key: string, actual: Uint8Array | Float32Array): void {
  const { data } = fixture.get(key);
  if (data.length > 1) expect([...actual]).toEqual([...data]);
  else if (actual.length === 1) expect(actual[0]).toBe(data[0]);
  else expect(crc32(new Uint8Array(actual.buffer, actual.byteOffset, actual.byteLength))).toBe(data[0]);
}

describe.each(Object.entries(cases))('%s', (name, [channels, height, width, rows, columns]) => {
  const shape: Planes = [channels, height, width];
  const bytes = pixelsOf(name, channels * height * width);
  const floats = Float32Array.from(bytes);

  it.each(filters)('bytes by the %s filter are those of Pillow, bit for bit', (filter) => {
    expectSame(`${name}/bytes-${filter}`, resizeBytes(bytes, shape, [rows, columns], filter));
  });

  it.each(filters)('floats by the %s filter are those of Pillow, bit for bit', (filter) => {
    expectSame(`${name}/floats-${filter}`, resizeFloats(floats, shape, [rows, columns], filter));
  });

  it('TensorFlow 1 gives the same, bit for bit', () => {
    expectSame(`${name}/legacy`, resizeLegacy(bytes, shape, [rows, columns]));
  });
});

describe('resizeLegacy', () => {
  it('puts output pixel i at i * from / to, and repeats the last pixel', () => {
    expect([...resizeLegacy([0, 100], [1, 1, 2], [1, 4])]).toEqual([0, 50, 100, 100]);
  });

  it('skips pixels when shrinking', () => {
    const checks = Float32Array.from({ length: 16 }, (_, i) => ((i + (i >> 2)) % 2) * 255);
    expect([...resizeLegacy(checks, [1, 4, 4], [2, 2])]).toEqual([0, 0, 0, 0]);
  });
});

describe('resizeClean', () => {
  it('averages when shrinking, and does not round', () => {
    const checks = Float32Array.from({ length: 64 }, (_, i) => ((i + (i >> 3)) % 2) * 255);
    const small = resizeClean(checks, [1, 8, 8], [2, 2]);
    for (const value of small) expect(Math.abs(value - 127.5)).toBeLessThan(5);
    expect(small.some((value) => !Number.isInteger(value))).toBe(true);
  });

  it('clips what the filter overshoots', () => {
    const edge = resizeFloats(Float32Array.of(0, 0, 255, 255), [1, 1, 4], [9, 9], 'bicubic');
    expect(Math.max(...edge)).toBeGreaterThan(255);
    expect(Math.min(...edge)).toBeLessThan(0);
    const clean = resizeClean(Float32Array.of(0, 0, 255, 255), [1, 1, 4], [9, 9]);
    expect([...clean]).toEqual([...edge].map((x) => Math.min(Math.max(x, 0), 255)));
  });
});
