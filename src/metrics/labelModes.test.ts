import { describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import { labelledPair, relativeError, setNames, stored, storedNumber } from './fixture.testing.ts';
import { countLabels, labelModes, reverseKlFloor } from './labelModes.ts';

const uniform = (classes: number) => new Float64Array(classes).fill(1);

describe('labelModes', () => {
  it('is the KL worked by hand: shares 3/4 and 1/4 against halves', () => {
    const { modes, reverseKl, samples } = labelModes([0, 0, 0, 1], uniform(2));
    expect({ modes, samples }).toEqual({ modes: 2, samples: 4 });
    expect(reverseKl).toBeCloseTo(0.75 * Math.log(1.5) + 0.25 * Math.log(0.5), 14);
  });

  it('is 0 for the same shares in other units, and ignores the order', () => {
    expect(labelModes([2, 1, 2, 0], [10, 10, 20])).toEqual({ modes: 3, reverseKl: 0, samples: 4 });
  });

  it('of one class of K is log K, and counts the modes that are there', () => {
    const { modes, reverseKl } = labelModes(new Int32Array(50).fill(7), uniform(1000));
    expect(modes).toBe(1);
    expect(reverseKl).toBeCloseTo(Math.log(1000), 12);
  });

  it('is generated against real, not the other way round', () => {
    expect(labelModes([0, 0], [1, 1]).reverseKl).toBeCloseTo(Math.log(2), 14);
    expect(labelModes([0, 1], [1, 0]).reverseKl).toBe(Number.POSITIVE_INFINITY);
  });

  it.each(setNames)("of %s is SciPy's relative entropy", (name) => {
    const { realLabels } = labelledPair(name);
    const classes = new Set(realLabels).size;
    const found = labelModes(stored(`${name}/predicted`), countLabels(realLabels, classes));
    expect(relativeError(found.reverseKl, storedNumber(`${name}/modesReverseKl`))).toBeLessThan(1e-12);
    expect(found.modes).toBe(new Set(stored(`${name}/predicted`)).size);
  });

  it('refuses no samples, no real data and labels out of range', () => {
    expect(() => labelModes([], uniform(2))).toThrow('got 0 samples and 2 real');
    expect(() => labelModes([0], [0, 0])).toThrow('got 1 samples and 0 real');
    expect(() => labelModes([0, 2], uniform(2))).toThrow('label 2 of sample 1 is none of the classes 0 to 1');
  });
});

it('a perfect sampler is given the floor, give or take', () => {
  const stream = randomStream(3, 'perfect');
  const [classes, samples, trials] = [100, 2600, 20];
  let total = 0;
  for (let t = 0; t < trials; t++) {
    const labels = Array.from({ length: samples }, () => stream.integer(classes));
    total += labelModes(labels, uniform(classes)).reverseKl;
  }
  const floor = reverseKlFloor(classes, samples);
  expect(floor).toBeCloseTo(99 / 5200, 14);
  expect(Math.abs(total / trials - floor)).toBeLessThan(0.1 * floor);
});

it('counts labels by class', () => {
  expect([...countLabels([2, 0, 2], 4)]).toEqual([1, 0, 2, 0]);
});
