import { expect, test } from 'vitest';
import { readFixture } from './fixture.ts';
import { fnv1a32, hashes, hashSigns, hashValues, signProjection } from './hashing.ts';

const { examples } = readFixture('full-gan').settings;

test('the hash gives the numbers PyTorch was fed', () => {
  expect(fnv1a32(examples.name)).toBe(examples.fnv1a32);
  expect([...hashes(examples.name, 4)]).toEqual(examples.hashes);
  expect([...hashValues(examples.name, 4, 2)]).toEqual(examples.values);
  expect([...hashSigns(examples.name, 4)]).toEqual(examples.signs);
});

test('a sign projection is the product with the signs', () => {
  const numbers = Float64Array.from({ length: 100 }, (_, i) => i - 30);
  const expected = hashSigns('some#3', 100).reduce((total, sign, i) => total + sign * numbers[i]!, 0);
  expect(signProjection('some#3', numbers)).toBe(expected);
});
