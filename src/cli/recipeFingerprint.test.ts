import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { recipeFingerprint } from './recipeFingerprint.ts';

test('a recipe is found again when its settings are declared in another order', () => {
  const one = recipeFingerprint({ gan: 'dcgan', config: { lr: 2e-4, hidden: [1, 2] }, steps: 5 });
  const other = recipeFingerprint({ steps: 5, config: { hidden: [1, 2], lr: 2e-4 }, gan: 'dcgan' });
  expect(other).toBe(one);
  expect(one).toMatch(/^[0-9a-f]{12}$/);
});

test('another setting, another place of it or another order of a list is another recipe', () => {
  const variants = [
    { config: { lr: 1 }, hidden: [1, 2] },
    { config: { lr: 2 }, hidden: [1, 2] },
    { config: { lr: 1 }, hidden: [2, 1] },
    { config: { lr: 1, hidden: [1, 2] } },
    { lr: 1, hidden: [1, 2] },
  ];
  expect(new Set(variants.map(recipeFingerprint)).size).toBe(variants.length);
});

test('recipes are told apart exactly as their values are', () => {
  const recipe = fc.dictionary(fc.string(), fc.oneof(fc.integer(), fc.string(), fc.array(fc.boolean())));
  fc.assert(
    fc.property(recipe, recipe, (a, b) => {
      const same = JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
      expect(recipeFingerprint(a) === recipeFingerprint(b)).toBe(same);
      const turned = Object.fromEntries(Object.entries(a).reverse());
      expect(recipeFingerprint(turned)).toBe(recipeFingerprint(a));
    }),
  );
});
