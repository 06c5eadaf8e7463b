import { expect, test } from 'vitest';
import { forEachLimited } from './limited.ts';

test('never more than the limit at once, and every item once', async () => {
  let running = 0;
  let most = 0;
  const seen: string[] = [];
  await forEachLimited(['a', 'b', 'c', 'd', 'e'], 2, async (item, index) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(`${item}${index}`);
    running--;
  });
  expect(seen.sort()).toEqual(['a0', 'b1', 'c2', 'd3', 'e4']);
  expect(most).toBe(2);
});

test('after a failure nothing new starts, and nothing is left running', async () => {
  const finished: number[] = [];
  const work = async (item: number) => {
    if (item === 1) throw new Error('item 1');
    await new Promise((resolve) => setImmediate(resolve));
    finished.push(item);
  };
  await expect(forEachLimited([0, 1, 2, 3, 4], 2, work)).rejects.toThrow('item 1');
  expect(finished).toEqual([0]);
});
