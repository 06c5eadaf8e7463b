import { expect, test } from 'vitest';
import { UsageError } from '../base/errors.ts';
import { checkImageOptions, checkMemory } from './imageOptions.ts';

test('sizes from 8 to 1024 and one or three channels are accepted', () => {
  for (const size of [undefined, 8, 33, 1024]) checkImageOptions({ size });
  for (const channels of [undefined, 1, 3] as const) checkImageOptions({ channels });
});

test('more than fits into one array is refused before it is tried', () => {
  checkMemory(349_525, 3, 64, 64);
  expect(() => checkMemory(349_526, 3, 64, 64)).toThrow(UsageError);
  expect(() => checkMemory(10_000, 3, 1024, 1024)).toThrow(
    '10000 images of 1024x1024 pixels take 29.3 GiB, more than the 4 GiB that fit; choose a smaller size or fewer images',
  );
});
