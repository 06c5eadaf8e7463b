import { expect, test } from 'vitest';
import { useScratch } from '../../test/support/imageFiles.ts';
import { UsageError } from '../base/errors.ts';
import { dataSources, openData } from './node.ts';

const scratch = useScratch();

test('the point sets open by name', async () => {
  expect(await openData('ring')).toMatchObject({
    kind: 'points',
    shape: [2],
    count: 100_000,
    name: 'ring',
  });
  expect(await openData('bimodal:0.3')).toMatchObject({ kind: 'points', shape: [1], name: 'bimodal:0.3' });
  await expect(openData('ring', { size: 32 })).rejects.toThrow("data 'ring': size applies to images only");
  await expect(openData('grid', { channels: 1 })).rejects.toThrow(
    "data 'grid': channels applies to images only",
  );
});

test('the list names every source once, with an example that starts with the name', () => {
  expect(dataSources.map((source) => source.name)).toEqual([
    'mnist',
    'stacked-mnist',
    'fashion-mnist',
    'idx',
    'folder',
    'zip',
    'dicebear',
    'emoji',
    'ring',
    'grid',
    'swiss-roll',
    'bimodal',
  ]);
  for (const { name, title, example } of dataSources) {
    expect(title).not.toBe('');
    expect(example.split(':')[0]).toBe(name);
  }
});

test('an unknown source names the nearest one', async () => {
  await expect(openData('mnits')).rejects.toThrow(UsageError);
  await expect(openData('mnits')).rejects.toThrow("unknown data source 'mnits': did you mean 'mnist'?");
  await expect(openData('floder:./x')).rejects.toThrow("did you mean 'folder'?");
  await expect(openData('celebrities')).rejects.toThrow(
    "unknown data source 'celebrities'\nThere are, for example: mnist, stacked-mnist, fashion-mnist:./fashion, idx:./fashion-mnist, folder:./photos",
  );
  await expect(openData('')).rejects.toThrow("unknown data source ''");
});

test('a path without its kind is told what to write', async () => {
  await scratch.put('a.zip', 'x');
  await scratch.put('train-images-idx3-ubyte', 'x');
  await expect(openData(scratch.root)).rejects.toThrow(`did you mean 'folder:${scratch.root}'?`);
  await expect(openData(`${scratch.root}/a.zip`)).rejects.toThrow(
    `did you mean 'zip:${scratch.root}/a.zip'?`,
  );
  await expect(openData(`${scratch.root}/train-images-idx3-ubyte`)).rejects.toThrow(
    `did you mean 'idx:${scratch.root}/train-images`,
  );
});
