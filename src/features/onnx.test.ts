import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { conv, flatten, input, OPEN, type Tensor, tensor } from '../graph/index.ts';
import { encodeModel } from '../onnx/model.ts';
import { nodeExecutor } from '../runtime/node.ts';
import { openExtractor } from './node.ts';

const folder = mkdtempSync(join(tmpdir(), 'gansmith-onnx-'));

/** Writes a model of ours, as a user may have one of somebody else's. */
function modelFile(name: string, outputs: Record<string, Tensor>): string {
  const file = join(folder, name);
  const program = { name: 'model', outputs: new Map(Object.entries(outputs)), updates: new Map() };
  writeFileSync(file, encodeModel(program).bytes);
  return file;
}

const images = { shape: [3, 1, 2, 2] as const, data: Float32Array.from({ length: 12 }, (_, i) => i / 10) };

it('takes the first output of a model, in batches of the size the model has', async () => {
  const x = input('x', [2, 1, 2, 2]);
  const file = modelFile('fixed.onnx', { doubled: flatten(x.mul(2)) });
  const extractor = await openExtractor(`onnx:${file}`, nodeExecutor);
  expect(extractor).toMatchObject({ name: `onnx:${file}`, width: 4, classes: [] });
  expect(extractor.input).toMatchObject({ channels: 1, height: 2, width: 2 });
  const { features, logits } = await extractor.features(images);
  expect(logits).toBeUndefined();
  images.data.forEach((value, i) => {
    expect(features[i]).toBeCloseTo(2 * value, 6);
  });
  await extractor.release();
});

it('averages over places, and takes any batch where the model does', async () => {
  const x = input('x', [OPEN, 1, 2, 2]);
  const twice = conv(x, tensor([1, 10], [2, 1, 1, 1]));
  const file = modelFile('open.onnx', { maps: twice });
  const extractor = await openExtractor(`onnx:${file}`, nodeExecutor, { batch: 5 });
  const { features } = await extractor.features(images);
  expect(extractor.width).toBe(2);
  expect([...features]).toEqual([0.15, 1.5, 0.55, 5.5, 0.95, 9.5].map((mean) => expect.closeTo(mean, 5)));
  await extractor.release();
});

it('says what is wrong with a file', async () => {
  const open = (written: string) => openExtractor(written, nodeExecutor);
  const two = input('a', [1, 1, 2, 2]).add(input('b', [1, 1, 2, 2]));
  const refused: [string, string | RegExp][] = [
    ['onnx', "write 'onnx:FILE'"],
    ['onnx:./nowhere.onnx', "features 'onnx:./nowhere.onnx': the file does not exist"],
    [`onnx:${modelFile('two.onnx', { sum: two })}`, /expected one input of images \[N, C, H, W\].*got 'a' /],
    [`onnx:${modelFile('flat.onnx', { y: input('x', [1, 4]).mul(2) })}`, /got 'x' \[1,4\]; export the model/],
    [
      `onnx:${modelFile('scalar.onnx', { y: input('x', [1, 1, 2, 2]).sum() })}`,
      /its first output 'y' is \[\]/,
    ],
  ];
  for (const [written, message] of refused) await expect(async () => open(written)).rejects.toThrow(message);
});
