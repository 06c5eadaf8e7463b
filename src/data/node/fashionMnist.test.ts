import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useScratch } from '../../../test/support/imageFiles.ts';
import { openData } from '../node.ts';
import { testPartOf } from '../testPart.ts';
import { openFashionMnist } from './fashionMnist.ts';

const scratch = useScratch();

/** An IDX file of unsigned bytes. */
function idx(sizes: readonly number[], values: readonly number[]): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * sizes.length));
  header.setUint32(0, 0x800 + sizes.length);
  sizes.forEach((size, i) => {
    header.setUint32(4 + 4 * i, size);
  });
  return Uint8Array.from([...new Uint8Array(header.buffer), ...values]);
}

test('training and test images from a folder, with the names of the classes', async () => {
  await scratch.put('f/train-images-idx3-ubyte', idx([2, 1, 2], [0, 255, 255, 0]));
  await scratch.put('f/train-labels-idx1-ubyte', idx([2], [9, 0]));
  await scratch.put('f/t10k-images-idx3-ubyte', idx([1, 1, 2], [255, 255]));
  await scratch.put('f/t10k-labels-idx1-ubyte', idx([1], [3]));
  const data = await openData(`fashion-mnist:${scratch.root}/f`);
  expect(data).toMatchObject({ count: 2, shape: [1, 1, 2] });
  expect(data.licence).toMatch(/^MIT/);
  expect([...data.read([0, 1]).labels].map((label) => data.classes[label])).toEqual([
    'Ankle boot',
    'T-shirt/top',
  ]);
  expect(testPartOf(`fashion-mnist:${scratch.root}/f`)).toBe(`fashion-mnist:${scratch.root}/f?part=test`);
  const held = await openData(`fashion-mnist:${scratch.root}/f?part=test`);
  expect([...held.read([0]).real]).toEqual([1, 1]);
});

test('missing files are answered with the Debian package', async () => {
  const nowhere = join(scratch.root, 'nowhere');
  await expect(openFashionMnist('fashion-mnist', '', {}, nowhere)).rejects.toThrow(
    `data 'fashion-mnist': ${nowhere} does not exist; on Debian and Ubuntu run 'sudo apt install dataset-fashion-mnist'`,
  );
  await scratch.put('f/t10k-images-idx3-ubyte', 'x');
  await expect(openData(`fashion-mnist:${scratch.root}/f`)).rejects.toThrow(
    /f lacks train-images-idx3-ubyte.gz; on Debian and Ubuntu run .*dpkg-deb -x dataset-fashion-mnist/,
  );
  await expect(openData(`fashion-mnist:${scratch.root}/f?part=tst`)).rejects.toThrow(
    "part=tst is not possible: did you mean 'test'?",
  );
});
