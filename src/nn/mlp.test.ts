import { expect, it } from 'vitest';
import { tensor } from '../graph/index.ts';
import { mlp, mlpCritic } from './mlp.ts';
import { withOctaves } from './octaves.ts';
import { testScope } from './scope.testing.ts';

it('maxout keeps the largest of five pieces of each unit', () => {
  const scope = testScope();
  const { features } = mlpCritic({ hidden: [2], activation: 'maxout' });
  const x = tensor([[1], [-1]]);
  const [values] = scope.evaluate([features(scope, x)], {
    // Pieces 0 to 4 of the first unit, then those of the second.
    'N/fc1/weight': [1, 2, 3, 4, -5, -1, 0, 0, 0, 0],
    'N/fc1/bias': [0, 0, 0, 0, 0, 0, 0, 0.5, 0, 0],
  });
  expect([...values!]).toEqual([4, 0.5, 5, 1]);
});

it('octaves put sines and cosines of multiples beside the numbers', () => {
  const scope = testScope();
  const [values] = scope.evaluate([withOctaves(tensor([[0.3, -2]]), 2)]);
  const [a, b] = [Math.fround(0.3), -2];
  const waves = [a, b, Math.sin(a), Math.sin(b), Math.cos(a), Math.cos(b)];
  const octave = [Math.sin(2 * a), Math.sin(2 * b), Math.cos(2 * a), Math.cos(2 * b)];
  for (const [i, value] of [...waves, ...octave].entries()) expect(values![i]).toBeCloseTo(value, 6);
  expect(values!.length).toBe(10);
});

it('a perceptron with octaves has weights for them', () => {
  const scope = testScope();
  mlp({ hidden: [3], activation: 'relu', octaves: 4, output: [1] })(scope, tensor([[1, 2]]));
  expect(scope.params.get('N/fc1/weight')!.shape).toEqual([3, 2 * (1 + 2 * 4)]);
});
