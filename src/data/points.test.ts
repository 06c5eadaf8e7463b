import { expect, test } from 'vitest';
import { UsageError } from '../base/errors.ts';
import type { Dataset } from './dataset.ts';
import { modes, openPoints, pointSets } from './points.ts';

function readAll(data: Dataset) {
  return data.read(Uint32Array.from({ length: data.count }, (_, i) => i));
}

test('the modes are those of the literature', () => {
  expect(modes('ring')).toHaveLength(8);
  for (const { centre, std } of modes('ring')) {
    expect(Math.hypot(...centre)).toBeCloseTo(1, 12);
    expect(std).toBe(0.01);
  }
  const corners = [
    [-4, -4],
    [-4, 4],
    [4, -4],
    [4, 4],
  ];
  const centres = modes('grid').map((mode) => mode.centre);
  expect(centres).toHaveLength(25);
  expect(centres).toEqual(expect.arrayContaining(corners));
  expect(new Set(centres.map(String)).size).toBe(25);
  expect(modes('grid').every((mode) => mode.std === 0.05)).toBe(true);
  expect(modes('bimodal').map(({ centre, std }) => [...centre, std])).toEqual([
    [-2, 0.5],
    [2, 0.5],
  ]);
  expect(modes('bimodal:0.3').map((mode) => mode.std)).toEqual([0.3, 0.3]);
  expect(modes('swiss-roll')).toEqual([]);
});

test.each(['ring', 'grid', 'bimodal', 'bimodal:0.3'])(
  '%s: points of a label have its mean and deviation',
  (source) => {
    const data = openPoints(source);
    const { real, labels } = readAll(data);
    const [dimensions] = data.shape as [number];
    expect(data.count).toBe(100_000);
    expect(data.classes).toEqual(modes(source).map((mode) => mode.name));
    modes(source).forEach(({ centre, std }, label) => {
      const members = [...labels.keys()].filter((i) => labels[i] === label);
      const expectedCount = data.count / modes(source).length;
      expect(Math.abs(members.length - expectedCount)).toBeLessThan(5 * Math.sqrt(expectedCount));
      for (let d = 0; d < dimensions; d++) {
        const offsets = members.map((i) => (real[i * dimensions + d]! - centre[d]!) / std);
        const mean = offsets.reduce((sum, value) => sum + value, 0) / offsets.length;
        const variance = offsets.reduce((sum, value) => sum + value * value, 0) / offsets.length;
        expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(members.length));
        expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / members.length));
      }
    });
  },
);

test('swiss-roll: the radius grows with the angle, within the noise', () => {
  const data = openPoints('swiss-roll');
  const { real, labels } = readAll(data);
  expect(data.classes).toEqual([]);
  expect(labels.every((label) => label === 0)).toBe(true);
  let squares = 0;
  let lowest = Number.POSITIVE_INFINITY;
  let highest = 0;
  for (let i = 0; i < data.count; i++) {
    const x = 7.5 * real[2 * i]!;
    const y = 7.5 * real[2 * i + 1]!;
    const radius = Math.hypot(x, y);
    // On the roll the radius equals the angle, which is known up to whole turns.
    const turns = Math.round((radius - Math.atan2(y, x)) / (2 * Math.PI));
    squares += (radius - Math.atan2(y, x) - 2 * Math.PI * turns) ** 2;
    lowest = Math.min(lowest, radius);
    highest = Math.max(highest, radius);
  }
  // Radial noise of 0.25 and the little that noise across turns the angle by.
  expect(Math.sqrt(squares / data.count)).toBeGreaterThan(0.24);
  expect(Math.sqrt(squares / data.count)).toBeLessThan(0.27);
  expect(lowest).toBeGreaterThan(1.5 * Math.PI - 1.5);
  expect(highest).toBeGreaterThan(4.5 * Math.PI);
  expect(highest).toBeLessThan(4.5 * Math.PI + 1.5);
});

test('the same set is the same points every time', () => {
  const [first, again] = [openPoints('ring'), openPoints('ring')];
  expect(again.fingerprint).toBe(first.fingerprint);
  expect(again.read([0, 99_999])).toEqual(first.read([0, 99_999]));
  const all = ['ring', 'grid', 'swiss-roll', 'bimodal', 'bimodal:0.3'].map(
    (name) => openPoints(name).fingerprint,
  );
  expect(new Set(all).size).toBe(5);
  expect(openPoints('bimodal:0.5').fingerprint).toBe(openPoints('bimodal').fingerprint);
});

test('every listed example opens', () => {
  expect(pointSets.map((set) => set.name)).toEqual(['ring', 'grid', 'swiss-roll', 'bimodal']);
  for (const { example, dimensions } of pointSets) expect(openPoints(example).shape).toEqual([dimensions]);
});

test.each([
  ['rign', "data 'rign': unknown point set 'rign' (did you mean 'ring'?)"],
  ['faces', "unknown point set 'faces' (there are ring, grid, swiss-roll, bimodal)"],
  ['ring:3', "data 'ring:3': 'ring' takes nothing after a colon; write 'ring'"],
  ['bimodal:0', "expected a standard deviation above 0 after the colon, got '0'"],
  ['bimodal:', "expected a standard deviation above 0 after the colon, got ''"],
  ['bimodal:wide', "got 'wide'; write for example 'bimodal:0.3'"],
  ['bimodal:-1', "got '-1'"],
  ['bimodal:Infinity', "got 'Infinity'"],
])('%s is refused', (source, message) => {
  expect(() => openPoints(source)).toThrow(UsageError);
  expect(() => openPoints(source)).toThrow(message);
  expect(() => modes(source)).toThrow(message);
});
