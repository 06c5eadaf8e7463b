import { UsageError } from '../../base/errors.ts';
import { type Dataset, imageDataset } from '../../data/dataset.ts';
import { toSquare } from '../../data/images.ts';
import { imageDecoder } from '../../data/node/decode.ts';
import { openData } from '../../data/node.ts';
import type { Pictures } from '../../explore/generator.ts';
import { sourceOfTraining } from '../subject.ts';
import type { Opened } from './opened.ts';
import { readBytes } from './places.ts';
import { joinPictures } from './show.ts';

/** Pictures to search for, and what to call them. */
export interface Targets {
  pictures: Pictures;
  names: string[];
  /** Classes, where they are known. */
  labels: (number | undefined)[];
}

/**
 * Picture files, cut to squares of the generator's size, and examples of its data by their numbers.
 * @throws UsageError when there is neither, or no such file or example.
 */
export async function targetsOf(
  opened: Opened,
  files: readonly string[],
  examples: readonly number[],
  source: string | undefined,
): Promise<Targets> {
  if (files.length + examples.length === 0) {
    throw new UsageError(
      'name a picture to search for, such as face.png, or an example of the data by --example 5',
    );
  }
  const shape = opened.generator.gan.data.shape as [1 | 3, number, number];
  const found: Targets = {
    pictures: { shape: [0, ...shape], data: new Float32Array(0) },
    names: [],
    labels: [],
  };
  const parts: Pictures[] = [];
  const decode = await imageDecoder();
  for (const file of files) {
    const square = toSquare(await decode(readBytes(file), file), shape[1], shape[0]);
    const { width, height, channels, data } = square;
    const pixels = Uint8Array.from(data, (_, i) => {
      const [c, at] = [Math.floor(i / (width * height)), i % (width * height)];
      return data[at * channels + c]!;
    });
    const { real } = imageDataset({ name: file, shape, classes: [], pixels, settings: '' }).read([0]);
    parts.push({ shape: [1, ...shape], data: real });
    found.names.push(file);
    found.labels.push(undefined);
  }
  if (examples.length > 0) {
    const data = await openTrainingData(opened, source);
    const beyond = examples.find((example) => example >= data.count);
    if (beyond !== undefined) {
      throw new UsageError(`--example ${beyond}: ${data.name} has the examples 0 to ${data.count - 1}`);
    }
    const { real, labels } = data.read(examples);
    parts.push({ shape: [examples.length, ...shape], data: real });
    found.names.push(...examples.map((example) => `example ${example}`));
    found.labels.push(...labels);
  }
  return { ...found, pictures: joinPictures(parts) };
}

/**
 * The data a generator learned from, or those that the user names, at the generator's size.
 * @throws UsageError when they have another size.
 */
export async function openTrainingData({ trained }: Opened, source: string | undefined): Promise<Dataset> {
  const recorded = await sourceOfTraining(trained);
  const options = source === undefined ? recorded.options : { size: trained.checkpoint.info.data.shape[1]! };
  const data = await openData(source ?? recorded.source, options);
  const { shape } = trained.checkpoint.info.data;
  if (data.shape.join() === shape.join()) return data;
  throw new UsageError(
    `${data.name} has pictures of ${data.shape.join('x')}, and the generator makes ${shape.join('x')}; name other data by --data`,
  );
}
