import fc from 'fast-check';
import { expect, it } from 'vitest';
import { broadcastShapes, stridesOf } from '../shape.ts';
import { broadcastStrides, expanded, walkStrided } from './broadcast.ts';
import { rand } from './sample.ts';

const shape = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 });

it('walks any strides in row-major order', () => {
  fc.assert(
    fc.property(
      shape,
      fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 4, maxLength: 4 }),
      (sizes, steps) => {
        const strides = sizes.map((_, axis) => steps[axis]!);
        const visited: [number, number][] = [];
        walkStrided(sizes, strides, (index, offset) => visited.push([index, offset]));
        // The place of each element, from its number.
        const own = stridesOf(sizes);
        const expected = Array.from({ length: sizes.reduce((p, q) => p * q, 1) }, (_, index) => {
          const places = sizes.map((size, axis) => Math.floor(index / own[axis]!) % size);
          return [index, places.reduce((sum, place, axis) => sum + place * strides[axis]!, 0)];
        });
        expect(visited).toEqual(expected);
      },
    ),
  );
});

it('visits nothing of an empty shape', () => {
  walkStrided([3, 0, 2], [0, 2, 1], () => expect.unreachable());
});

it('lays a value out over a broadcast shape', () => {
  fc.assert(
    fc.property(
      shape,
      fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      fc.nat({ max: 2 }),
      (to, single, missing) => {
        const from = to.map((size, axis) => (single[axis] ? 1 : size)).slice(missing);
        expect(broadcastShapes(from, to, 'test')).toEqual(to);
        const value = rand(from);
        const out = expanded(value, to);
        walkStrided(to, broadcastStrides(from, to), (index, offset) => {
          expect(out[index]).toBe(value.data[offset]);
        });
        expect(out.length).toBe(to.reduce((p, q) => p * q, 1));
      },
    ),
  );
});
