import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/* The four colours that carry meaning must be legible, and stay apart for every kind of colour vision. */

const css = readFileSync(join(import.meta.dirname, '../../studio/src/style/tokens.css'), 'utf8');
const NAMES = ['real', 'generated', 'generator', 'critic'] as const;
type Vector = readonly [number, number, number];

/** Linear red, green and blue of a token in the light and the dark look. */
const token = (name: string): readonly [Vector, Vector] => {
  const [, light, dark] = new RegExp(`--${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(css)!;
  return [linear(light!), linear(dark!)];
};

function linear(hex: string): Vector {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return [r!, g!, b!];
}

const times = (matrix: readonly Vector[], [a, b, c]: Vector): Vector => {
  const [x, y, z] = matrix.map(([p, q, r]) => p * a + q * b + r * c);
  return [x!, y!, z!];
};

/** What is seen without one kind of cone: Machado, Oliveira & Fernandes 2009, table 1, severity 1. */
const VISIONS: Record<string, readonly Vector[]> = {
  full: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Place in the perceptually even space OKLab (Ottosson 2020). */
function oklab(colour: Vector): Vector {
  const [r, g, b] = colour.map((value) => Math.min(1, Math.max(0, value)));
  const cones = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    [r!, g!, b!],
  );
  const [l, m, s] = cones.map(Math.cbrt);
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    [l!, m!, s!],
  );
}

/** Contrast ratio of WCAG 2.2. */
function contrast(a: Vector, b: Vector): number {
  const light = ([r, g, b]: Vector) => 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  return Math.max(light(a), light(b)) / Math.min(light(a), light(b));
}

describe.each([
  ['light', 0],
  ['dark', 1],
] as const)('the colours of the %s look', (_, look) => {
  it.each(NAMES)('%s is legible on every surface', (name) => {
    for (const surface of ['ground', 'surface'])
      expect(contrast(token(name)[look], token(surface)[look])).toBeGreaterThan(4.5);
  });

  it.each(Object.keys(VISIONS))('stay apart with %s vision', (vision) => {
    const seen = NAMES.map((name) => oklab(times(VISIONS[vision]!, token(name)[look])));
    for (const [i, a] of seen.entries()) {
      for (const b of seen.slice(i + 1))
        expect(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])).toBeGreaterThan(0.08);
    }
  });
});
