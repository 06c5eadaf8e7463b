import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../base/errors.ts';
import { formatSeeds, gridSize, parseSettings, realNumber, seedList, wholeNumber } from './options.ts';

describe('numbers', () => {
  test('are read within their bounds', () => {
    expect(wholeNumber('--steps', 1)('12')).toBe(12);
    expect(wholeNumber('--size', 8, 1024)('1024')).toBe(1024);
    expect(realNumber('--minutes', { above: 0 })('0.5')).toBe(0.5);
    expect(realNumber('--psi', { from: 0 })('0')).toBe(0);
  });

  test.each(['0', '-3', '1.5', '1e2', ' 5', '', '0x10', '99999999999999999999'])(
    'refuse %j steps',
    (text) => {
      expect(() => wholeNumber('--steps', 1)(text)).toThrow(UsageError);
      expect(() => wholeNumber('--steps', 1)(text)).toThrow(
        `--steps: expected a whole number from 1 up, got '${text}'`,
      );
    },
  );

  test.each(['0', '-1', '', 'NaN', 'Infinity', 'x'])('refuse %j minutes', (text) => {
    expect(() => realNumber('--minutes', { above: 0 })(text)).toThrow(
      `expected a number above 0, got '${text}'`,
    );
  });
});

describe('seeds', () => {
  test('are numbers and ranges in their order', () => {
    expect(seedList('7')).toEqual([7]);
    expect(seedList('1,5,9-12')).toEqual([1, 5, 9, 10, 11, 12]);
    expect(seedList('3, 1-2, 3')).toEqual([3, 1, 2, 3]);
  });

  test('are written the way they are read', () => {
    expect(formatSeeds([0, 1, 2, 3])).toBe('0-3');
    expect(formatSeeds([1, 5, 9, 10])).toBe('1,5,9-10');
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1 }), (seeds) => {
        expect(seedList(formatSeeds(seeds))).toEqual(seeds);
      }),
    );
  });

  test.each([
    ['', /expected numbers and ranges/],
    ['1,,2', /expected numbers and ranges/],
    ['1-', /expected numbers and ranges/],
    ['-1', /expected numbers and ranges/],
    ['a', /expected numbers and ranges/],
    ['12-9', /the range 12-9 runs backwards; write 9-12/],
    ['0-99999999', /100000000 seeds are more than the 65536/],
    ['0-65535,1', /65537 seeds are more than the 65536/],
  ])('refuse %j', (text, message) => {
    expect(() => seedList(text)).toThrow(UsageError);
    expect(() => seedList(text)).toThrow(message);
  });
});

test('grids are columns x rows', () => {
  expect(gridSize('10x1')).toEqual({ columns: 10, rows: 1 });
  for (const text of ['8', '0x3', '3x', '2x2x2', '-1x4', '9999x9999']) {
    expect(() => gridSize(text)).toThrow(`--grid: expected columns x rows such as 8x8, got '${text}'`);
  }
});

test('settings are key=value; a value may hold anything', () => {
  expect(parseSettings(['lr=1e-4', 'layers=[1,2]', 'name=a=b', 'empty='])).toEqual({
    ...{ lr: '1e-4', layers: '[1,2]', name: 'a=b', empty: '' },
  });
  expect(() => parseSettings(['fast'])).toThrow("'fast' is not a setting; settings are written key=value");
  expect(() => parseSettings(['=1'])).toThrow("'=1' is not a setting");
  expect(() => parseSettings(['lr=1', 'lr=1'])).toThrow('the setting lr is given twice');
});
