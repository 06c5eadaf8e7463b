import { describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import {
  compareScores,
  createReference,
  type Examples,
  examineNovelty,
  examineSamples,
  featuresOf,
  movement,
  type RealData,
} from './index.ts';

/** Points around centres, class by class in turn. */
function mixture(
  centres: readonly (readonly number[])[],
  count: number,
  key: string,
  std = 0.1,
): Float32Array {
  const random = randomStream(0, key);
  return Float32Array.from({ length: 2 * count }, (_, i) => {
    return centres[(i >> 1) % centres.length]![i % 2]! + std * random.normal();
  });
}

const CORNERS = [
  [-1, -1],
  [-1, 1],
  [1, -1],
  [1, 1],
];

function pointData(rows: Float32Array, classes: readonly string[]): RealData {
  return {
    ...{ kind: 'points', shape: [2], classes, count: rows.length / 2 },
    read: (indices) => ({
      real: Float32Array.from(
        { length: 2 * indices.length },
        (_, i) => rows[2 * indices[i >> 1]! + (i % 2)]!,
      ),
      labels: Int32Array.from(
        { length: indices.length },
        (_, i) => indices[i]! % Math.max(1, classes.length),
      ),
    }),
  };
}

const real = pointData(mixture(CORNERS, 2000, 'real'), ['a', 'b', 'c', 'd']);
const points = (data: Float32Array): Examples => ({ shape: [data.length / 2, 2], data });

const reference = await createReference(real);

describe('samples beside real points', () => {
  it('that are like them have their spread, distance and shares', async () => {
    const seen = await examineSamples(points(mixture(CORNERS, 1000, 'fresh')), reference);
    expect(seen.count).toBe(1000);
    expect(seen.spread).toBeCloseTo(1, 1);
    expect(seen.distance / seen.realDistance).toBeGreaterThan(0.7);
    expect(seen.distance / seen.realDistance).toBeLessThan(1.4);
    for (const share of seen.shares) expect(share).toBeCloseTo(0.25, 5);
  });

  it('that lie in one place have no spread, and one class', async () => {
    const seen = await examineSamples(points(mixture([[1, 1]], 500, 'one', 0.001)), reference);
    expect(seen.spread).toBeLessThan(0.01);
    expect(seen.shares).toEqual([0, 0, 0, 1]);
  });

  it('that moved tell how far from a few numbers', async () => {
    const before = mixture(CORNERS, 500, 'moving');
    const after = before.map((value, i) => value + (i % 2 === 0 ? 0.3 : 0.4));
    const moved = movement(
      await examineSamples(points(before), reference),
      await examineSamples(points(after), reference),
    );
    expect(moved * reference.spread).toBeGreaterThan(0.35);
    expect(moved * reference.spread).toBeLessThan(0.65);
    expect(
      movement(
        await examineSamples(points(before), reference),
        await examineSamples(points(before), reference),
      ),
    ).toBe(0);
  });

  it('are counted in clusters found where there are no classes', async () => {
    const found = await createReference(pointData(mixture(CORNERS, 1000, 'bare', 0.01), []));
    expect(found.clusters.names).toHaveLength(10);
    const seen = await examineSamples(points(mixture([[-1, -1]], 400, 'corner', 0.01)), found);
    const inCorner = seen.shares.flatMap((share, k) => (share > 0 ? [k] : []));
    // All clusters of one corner, and no other's, hold what lies there.
    expect(inCorner.reduce((total, k) => total + seen.realShares[k]!, 0)).toBeCloseTo(0.25, 1);
  });

  it('are counted by a classifier where one is given', async () => {
    const bySign = {
      names: ['left', 'right'],
      classify: async ({ shape, data }: Examples) =>
        Int32Array.from({ length: shape[0]! }, (_, i) => (data[2 * i]! > 0 ? 1 : 0)),
    };
    const seen = await examineSamples(
      points(mixture([[1, 1]], 100, 'right')),
      await createReference(real, bySign),
    );
    expect(seen.shares).toEqual([0, 1]);
    expect(seen.realShares[0]).toBeCloseTo(0.5, 1);
  });
});

/** Smooth pictures: a few waves of low frequency. */
function pictures(count: number, key: string, side = 16): Float32Array {
  const random = randomStream(0, key);
  const all = new Float32Array(count * side * side);
  for (let n = 0; n < count; n++) {
    const waves = Array.from({ length: 6 }, () => [
      random.integer(3),
      random.integer(3),
      7 * random.uniform(),
      random.normal(),
    ]);
    for (let i = 0; i < side * side; i++) {
      const [y, x] = [Math.floor(i / side), i % side];
      for (const [a, b, phase, size] of waves) {
        all[n * side * side + i]! +=
          0.2 * size! * Math.cos((2 * Math.PI * (a! * y + b! * x)) / side + phase!);
      }
      all[n * side * side + i]! += 0.02 * random.normal();
    }
  }
  return all;
}

function imageData(rows: Float32Array, side = 16): RealData {
  const size = side * side;
  return {
    ...{ kind: 'images', shape: [1, side, side], classes: [], count: rows.length / size },
    read: (indices) => ({
      real: Float32Array.from(
        { length: size * indices.length },
        (_, i) => rows[size * indices[Math.floor(i / size)]! + (i % size)]!,
      ),
      labels: new Int32Array(indices.length),
    }),
  };
}

const images = (data: Float32Array, side = 16): Examples => ({
  shape: [data.length / side ** 2, 1, side, side],
  data,
});

const training = imageData(pictures(300, 'training'));
const ofPictures = await createReference(training);

describe('pictures', () => {
  const fresh = pictures(200, 'fresh');

  it('without a pattern do not stick out at the strides, and with one they do', async () => {
    expect((await examineSamples(images(fresh), ofPictures)).checkerboard).toBeLessThan(1.5);
    const board = fresh.map((value, i) => value + 0.05 * ((i % 2) + (Math.floor(i / 16) % 2)));
    expect((await examineSamples(images(board), ofPictures)).checkerboard).toBeGreaterThan(5);
    const period4 = fresh.map((value, i) => value + (i % 4 === 0 ? 0.1 : 0));
    expect((await examineSamples(images(period4), ofPictures)).checkerboard).toBeGreaterThan(3);
  });

  it('of their own are as far from training data as held-out ones, and copies are not', async () => {
    const own = examineNovelty(featuresOf(images(fresh)), training);
    expect(own.distance).toBeGreaterThan(0.8);
    expect(own.copies).toBeLessThan(0.1);
    const noise = randomStream(0, 'noise');
    const learnt = training
      .read(Array.from({ length: 200 }, (_, i) => i))
      .real.map((x) => x + 0.02 * noise.normal());
    const copied = examineNovelty(featuresOf(images(learnt)), training);
    expect(copied.distance).toBeLessThan(0.3);
    expect(copied.copies).toBeGreaterThan(0.9);
    expect(copied).toMatchObject({ searched: 300, of: 300 });
  });

  it('are compared with other training examples, not with copies of one', () => {
    const twice = new Float32Array([...pictures(150, 'training'), ...pictures(150, 'training')]);
    const own = examineNovelty(featuresOf(images(fresh)), imageData(twice));
    expect(own.distance).toBeGreaterThan(0.8);
    expect(own.distance).toBeLessThan(2);
  });

  it('are brought to at most sixteen pixels a side by averages', async () => {
    const { size, rows } = featuresOf({
      shape: [1, 1, 28, 28],
      data: Float32Array.from({ length: 784 }, (_, i) => i % 28),
    });
    expect(size).toBe(14 * 14);
    expect(Array.from(rows.subarray(0, 3))).toEqual([0.5, 2.5, 4.5]);
  });
});

it('held-out data fall as far towards the fakes as their mean score says', () => {
  const near = (mean: number) => [mean - 1, mean, mean + 1];
  const scores = compareScores(near(4), near(1), near(-2));
  expect(scores).toMatchObject({ training: 4, heldOut: 1, fake: -2, overfit: 0.5 });
  expect(scores.error).toBeCloseTo(Math.sqrt(2 / 3), 12);
});
