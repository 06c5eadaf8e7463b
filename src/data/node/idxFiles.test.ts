import { gzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { useScratch } from '../../../test/support/imageFiles.ts';
import { UsageError } from '../../base/errors.ts';
import { openData } from '../node.ts';

const scratch = useScratch();

describe('mnist', () => {
  test('the 60,000 training digits', async () => {
    const data = await openData('mnist');
    expect(data).toMatchObject({ name: 'mnist', kind: 'images', count: 60_000, shape: [1, 28, 28] });
    expect(data.classes).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    const { real, labels } = data.read(Uint32Array.from({ length: 60_000 }, (_, i) => i));
    const counts = Array(10).fill(0);
    for (const label of labels) counts[label]++;
    expect(counts).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    // The mean and deviation everyone normalises MNIST by, 0.1307 and 0.3081, on the scale from -1 to 1.
    let sum = 0;
    let squares = 0;
    for (const value of real) {
      sum += value;
      squares += value * value;
    }
    const mean = sum / real.length;
    expect(mean).toBeCloseTo(2 * 0.1307 - 1, 3);
    expect(Math.sqrt(squares / real.length - mean ** 2)).toBeCloseTo(2 * 0.3081, 3);
  });

  test('the 10,000 test digits, padded to 32x32', async () => {
    const data = await openData('mnist:test', { size: 32 });
    expect(data).toMatchObject({ count: 10_000, shape: [1, 32, 32] });
    expect([...data.read([0, 1, 2, 3]).labels]).toEqual([7, 2, 1, 0]);
  });

  test('another part is refused', async () => {
    await expect(openData('mnist:tset')).rejects.toThrow(
      "data 'mnist:tset': MNIST has no part 'tset': did you mean 'mnist:test'?; write 'mnist' or 'mnist:test'",
    );
    await expect(openData('mnist:constructor')).rejects.toThrow(UsageError);
    await expect(openData('mnist', { size: 4 })).rejects.toThrow('from 8 to 1024, got 4');
  });
});

describe('stacked-mnist', () => {
  test('128,000 images of three digits, of 1,000 classes', async () => {
    const data = await openData('stacked-mnist');
    expect(data).toMatchObject({ name: 'stacked-mnist', count: 128_000, shape: [3, 28, 28] });
    expect(data.classes).toHaveLength(1000);
    expect(new Set(data.read(Uint32Array.from({ length: 20_000 }, (_, i) => i)).labels).size).toBe(1000);
  });

  test('26,000 of test digits, padded to 32x32', async () => {
    const data = await openData('stacked-mnist:test', { size: 32 });
    expect(data).toMatchObject({ count: 26_000, shape: [3, 32, 32] });
    expect(data.fingerprint).not.toBe((await openData('stacked-mnist:test')).fingerprint);
  });

  test('another part, and grey, are refused', async () => {
    await expect(openData('stacked-mnist:tset')).rejects.toThrow(
      "data 'stacked-mnist:tset': MNIST has no part 'tset': did you mean 'stacked-mnist:test'?; write 'stacked-mnist' or 'stacked-mnist:test'",
    );
    await expect(openData('stacked-mnist', { channels: 1 })).rejects.toThrow(
      "data 'stacked-mnist': its images have a digit in each of 3 channels; leave channels out",
    );
  });
});

describe('idx', () => {
  const images = (count: number, value: number) =>
    Uint8Array.of(0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 1, 0, 0, 0, 1, ...Array(count).fill(value));
  const labels = (...values: number[]) => Uint8Array.of(0, 0, 8, 1, 0, 0, 0, values.length, ...values);

  test('a folder like Fashion-MNIST: the compressed training files', async () => {
    await scratch.put('f/t10k-images-idx3-ubyte.gz', gzipSync(images(1, 0)));
    await scratch.put('f/t10k-labels-idx1-ubyte.gz', gzipSync(labels(5)));
    await scratch.put('f/train-images-idx3-ubyte.gz', gzipSync(images(2, 255)));
    await scratch.put('f/train-labels-idx1-ubyte.gz', gzipSync(labels(0, 2)));
    const data = await openData(`idx:${scratch.root}/f`);
    expect(data).toMatchObject({
      count: 2,
      shape: [1, 1, 1],
      classes: ['0', '1', '2'],
      name: `idx:${scratch.root}/f`,
    });
    expect([...data.read([0, 1]).real]).toEqual([1, 1]);
    const test = await openData(`idx:${scratch.root}/f/t10k-images-idx3-ubyte.gz`);
    expect(test.count).toBe(1);
    expect([...test.read([0]).labels]).toEqual([5]);
  });

  test('a prefixed and dotted name, labels plain beside compressed images', async () => {
    await scratch.put('f/emnist-letters-train-images.idx3-ubyte.gz', gzipSync(images(1, 0)));
    await scratch.put('f/emnist-letters-train-labels.idx1-ubyte', labels(1));
    await scratch.put('f/emnist-letters-test-images.idx3-ubyte.gz', gzipSync(images(3, 0)));
    expect(await openData(`idx:${scratch.root}/f`)).toMatchObject({ count: 1, classes: ['0', '1'] });
  });

  test('a single file of images, without labels', async () => {
    await scratch.put('f/pictures-idx3-ubyte', images(4, 0));
    await scratch.put('f/.hidden-idx3-ubyte', images(5, 0));
    expect(await openData(`idx:${scratch.root}/f`)).toMatchObject({ count: 4, classes: [] });
  });

  test('the same images plain and compressed beside each other are one set', async () => {
    await scratch.put('f/train-images-idx3-ubyte', images(4, 0));
    await scratch.put('f/train-images-idx3-ubyte.gz', gzipSync(images(4, 0)));
    expect((await openData(`idx:${scratch.root}/f`)).count).toBe(4);
  });

  test('the same digits by another way have the same fingerprint', async () => {
    await scratch.put('f/train-images-idx3-ubyte', images(2, 9));
    await scratch.put('g/h/mine-idx3.gz', gzipSync(images(2, 9)));
    const [one, other] = [await openData(`idx:${scratch.root}/f`), await openData(`idx:${scratch.root}/g/h`)];
    expect(one.fingerprint).toBe(other.fingerprint);
  });

  test('what cannot be opened is refused in words', async () => {
    await scratch.put('empty/readme', 'no data');
    await scratch.put('two/a-idx3', images(1, 0));
    await scratch.put('two/b-idx3', images(1, 0));
    await scratch.put('counts/train-images-idx3-ubyte', images(2, 0));
    await scratch.put('counts/train-labels-idx1-ubyte', labels(1));
    await scratch.put('cut/train-images-idx3-ubyte', images(2, 0).subarray(0, 17));
    await expect(openData(`idx:${scratch.root}/empty`)).rejects.toThrow(
      `no IDX images in ${scratch.root}/empty; expected a file such as`,
    );
    await expect(openData(`idx:${scratch.root}/two`)).rejects.toThrow(
      `holds several files of images (a-idx3, b-idx3); name one of them, as in 'idx:${scratch.root}/two/a-idx3'`,
    );
    await expect(openData(`idx:${scratch.root}/counts`)).rejects.toThrow(
      '1 labels do not belong to the 2 images of',
    );
    await expect(openData(`idx:${scratch.root}/cut`)).rejects.toThrow('train-images-idx3-ubyte: truncated');
    await expect(openData(`idx:${scratch.root}/none`)).rejects.toThrow(
      `data 'idx:${scratch.root}/none': ${scratch.root}/none does not exist`,
    );
    await expect(openData('idx')).rejects.toThrow(
      "data 'idx': expected a path after the colon, as in 'idx:./name'",
    );
    for (const name of ['empty', 'two', 'counts', 'cut', 'none']) {
      await expect(openData(`idx:${scratch.root}/${name}`)).rejects.toThrow(UsageError);
    }
  });
});
