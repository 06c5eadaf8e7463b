import { expect, test } from 'vitest';
import { classify, isImagePath } from './imageNames.ts';

test.each(['a.png', 'A.PNG', 'x/y/photo.of.me.jpeg', 'a.Jpg', 'b.webp'])('%s is an image', (path) => {
  expect(isImagePath(path)).toBe(true);
});

test.each(['a.gif', 'png', 'apng', '.png', '.hidden.png', '.git/a.png', 'x/._a.png', 'a.png.txt', 'a.svg'])(
  '%s is not',
  (path) => {
    expect(isImagePath(path)).toBe(false);
  },
);

test('classes are the sub-folders, sorted by name', () => {
  expect(classify(['dog/1.png', 'cat/2.png', 'cat/deep/3.png', 'Zebra/4.png'])).toEqual({
    classes: ['Zebra', 'cat', 'dog'],
    labels: [2, 1, 1, 0],
    strays: 0,
  });
});

test('folders that hold everything are passed through', () => {
  expect(classify(['set/train/b/1.png', 'set/train/a/2.png'])).toEqual({
    classes: ['a', 'b'],
    labels: [1, 0],
    strays: 0,
  });
});

test('images in one folder are unlabelled', () => {
  expect(classify(['1.png', '2.png'])).toEqual({ classes: [], labels: [0, 0], strays: 0 });
  expect(classify(['all/1.png', 'all/2.png'])).toEqual({ classes: [], labels: [0, 0], strays: 0 });
});

test('images beside class folders leave all unlabelled and are counted', () => {
  expect(classify(['1.png', 'a/2.png', 'b/3.png'])).toEqual({ classes: [], labels: [0, 0, 0], strays: 1 });
});
