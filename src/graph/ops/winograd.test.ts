import { describe, expect, it } from 'vitest';
import { rand } from './sample.ts';
import { kronecker, transposed, winogradMatrices } from './winograd.ts';

const times = (matrix: readonly (readonly number[])[], vector: ArrayLike<number>): number[] =>
  matrix.map((row) => row.reduce((sum, x, i) => sum + x * vector[i]!, 0));

describe('minimal filtering F(m, r)', () => {
  it.each([
    [2, 2],
    [4, 2],
    [2, 3],
    [4, 3],
  ])('makes %i outputs of a correlation with %i taps from m + r - 1 products', (outputs, taps) => {
    const { input, kernel, output } = winogradMatrices(outputs, taps);
    const size = outputs + taps - 1;
    const [data, weights] = [rand([size]).data, rand([taps], 0.5, 2).data];
    const [left, right] = [times(kernel, weights), times(input, data)];
    expect([left.length, right.length]).toEqual([size, size]);
    const made = times(
      output,
      left.map((x, i) => x * right[i]!),
    );
    expect(made).toHaveLength(outputs);
    made.forEach((value, i) => {
      let expected = 0;
      for (let tap = 0; tap < taps; tap++) expected += data[i + tap]! * weights[tap]!;
      expect(value).toBeCloseTo(expected, 12);
    });
  });

  it('needs no multiplication but by powers of two for tiles of two outputs', () => {
    const { input, output } = winogradMatrices(2, 2);
    for (const x of [...input, ...output].flat()) expect([-1, 0, 1]).toContain(x + 0);
  });
});

describe('kronecker', () => {
  it('applies one matrix along the first axis and one along the second', () => {
    const [a, b] = [
      [
        [1, 2, 3],
        [0, -1, 4],
      ],
      [
        [2, 5],
        [1, 0],
        [7, -3],
      ],
    ];
    const grid = [
      [1, 2],
      [3, 4],
      [5, 6],
    ];
    // a grid b^T, row by row
    const expected = a!.map((row) => times(b!, times(transposed(grid), row)));
    expect(times(kronecker(a!, b!), grid.flat())).toEqual(expected.flat());
  });
});
