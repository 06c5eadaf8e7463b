import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mixed, mixingGrid, moved, pathThrough, reckoned, type Space, truncated } from './space.ts';

const space: Space = { name: 'w', layers: 3, width: 2, cutoff: 2, mean: Float32Array.of(10, 20) };
const place = (...numbers: number[]) => Float32Array.from(numbers);

describe('mixed', () => {
  it('takes exactly the stated layers of one place, and the others of the other', () => {
    const [a, b] = [place(1, 2, 3, 4, 5, 6), place(-1, -2, -3, -4, -5, -6)];
    expect([...mixed(a, b, [0], space)]).toEqual([1, 2, -3, -4, -5, -6]);
    expect([...mixed(a, b, [0, 2], space)]).toEqual([1, 2, -3, -4, 5, 6]);
    expect([...mixed(a, b, [], space)]).toEqual([...b]);
    expect([...mixed(a, b, [0, 1, 2], space)]).toEqual([...a]);
  });

  it('refuses a layer that is not there', () => {
    const a = place(1, 2, 3, 4, 5, 6);
    expect(() => mixed(a, a, [1, 3], space)).toThrow('there is no layer 3: w has the layers 0 to 2');
  });

  it('fills a grid row by row', () => {
    const of = (value: number) => new Float32Array(6).fill(value);
    const grid = mixingGrid([of(1), of(2)], [of(7), of(8), of(9)], [0], space);
    expect(grid.map(([coarse, , fine]) => [coarse, fine])).toEqual([
      ...[
        [1, 7],
        [1, 8],
        [1, 9],
        [2, 7],
        [2, 8],
        [2, 9],
      ],
    ]);
  });
});

describe('truncated', () => {
  it('moves the first layers towards the mean, and leaves those behind the cutoff', () => {
    expect([...truncated(place(12, 24, 8, 16, 1, 2), 0.5, space)]).toEqual([11, 22, 9, 18, 1, 2]);
    expect([...truncated(place(12, 24, 8, 16, 1, 2), 0, space)]).toEqual([10, 20, 10, 20, 1, 2]);
    expect([...truncated(place(12, 24, 8, 16, 1, 2), 1, space)]).toEqual([12, 24, 8, 16, 1, 2]);
  });
});

describe('pathThrough', () => {
  it('goes straight through all places, in equal steps', () => {
    const path = pathThrough([place(0, 0), place(4, 8), place(4, 0)], { frames: 2 });
    expect(path.map((point) => [...point])).toEqual([
      ...[
        [0, 0],
        [2, 4],
        [4, 8],
        [4, 4],
        [4, 0],
      ],
    ]);
  });

  it('closes without the first place twice', () => {
    const path = pathThrough([place(0), place(4)], { frames: 4, closed: true });
    expect(path.map(([x]) => x)).toEqual([0, 1, 2, 3, 4, 3, 2, 1]);
  });

  it('keeps equal lengths on the sphere, by equal angles', () => {
    const path = pathThrough([place(2, 0), place(0, 2)], { frames: 4, spherical: true });
    path.forEach((point, i) => {
      expect(Math.hypot(...point)).toBeCloseTo(2, 5);
      expect(Math.atan2(point[1]!, point[0]!)).toBeCloseTo((i * Math.PI) / 8, 5);
    });
  });

  it('begins and ends where it should, whatever the places', () => {
    const numbers = fc.array(fc.float({ min: 1, max: 5, noNaN: true }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(
        numbers,
        numbers,
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        (a, b, frames, spherical) => {
          const path = pathThrough([place(...a), place(...b)], { frames, spherical });
          expect(path).toHaveLength(frames + 1);
          expect([...path[0]!]).toEqual([...place(...a)]);
          expect([...path.at(-1)!]).toEqual([...place(...b)]);
        },
      ),
    );
  });

  it('refuses one place, and no frames', () => {
    expect(() => pathThrough([place(1)], { frames: 3 })).toThrow(/a path needs two places or more/);
    expect(() => pathThrough([place(1), place(2)], { frames: 0 })).toThrow(
      /from 1 up between two places, not 0/,
    );
  });
});

describe('moved and reckoned', () => {
  it('moves in the stated layers alone', () => {
    expect([...moved(place(0, 0, 0, 0, 0, 0), [1, -2], 3, space, [1])]).toEqual([0, 0, 3, -6, 0, 0]);
    expect([...moved(place(1, 1, 1, 1, 1, 1), [1, 0], 2, space)]).toEqual([3, 1, 3, 1, 3, 1]);
    expect(() => moved(place(0, 0, 0, 0, 0, 0), [1, 2, 3], 1, space)).toThrow(
      'a direction of 3 numbers does not fit w, whose layers have 2',
    );
  });

  it('reckons a - b + c', () => {
    expect([...reckoned(place(5, 1), place(3, 1), place(1, 10))]).toEqual([3, 10]);
  });
});
