import { UsageError } from '../../base/errors.ts';
import type { Dataset } from '../../data/dataset.ts';
import { imageDataset } from '../../data/dataset.ts';
import { openData } from '../../data/node.ts';
import { classifierOf } from '../../evaluate/chooseFeatures.ts';
import { extractCached } from '../../evaluate/featureCache.ts';
import { openFeatureCache } from '../../evaluate/node/featureCache.ts';
import { createSide, extract } from '../../evaluate/side.ts';
import type { Features } from '../../metrics/index.ts';
import { kNearest } from '../../metrics/nearest.ts';
import { openRunFolder } from '../../train/node.ts';
import { executorNamed } from '../executors.ts';
import { openFeatures } from '../openFeatures.ts';
import type { NearestBody, NearestResult } from './api.ts';

type OnProgress = (done: number, total: number, what: string) => void;

/** Examples read at once. */
const CHUNK = 1024;

/**
 * The training images of a run that lie nearest to a picture.
 * @throws UsageError when the run is not of images, or its data are not there or not what the run learned from.
 */
export async function nearestImages(
  run: string,
  { shape, pixels, count, by }: NearestBody,
  onProgress: OnProgress,
): Promise<NearestResult> {
  const data = await trainingData(run, onProgress);
  const bytes = new Uint8Array(Buffer.from(pixels, 'base64'));
  if (shape.join() !== data.shape.join() || bytes.length !== shape.reduce((a, b) => a * b, 1)) {
    throw new UsageError(
      `expected a picture of ${data.shape.join('x')} as the data are, got ${shape.join('x')}`,
    );
  }
  const picture = imageDataset({
    ...{ name: 'the picture', classes: [], pixels: bytes, settings: '' },
    shape: data.shape as [number, number, number],
  });
  const found =
    by === 'pixels'
      ? byPixels(picture, data, count, onProgress)
      : await byFeatures(picture, data, count, onProgress);
  const { real, labels } = data.read(found.nearest.map(({ index }) => index));
  const size = bytes.length;
  return {
    by: found.by,
    data: data.name,
    of: data.count,
    neighbours: found.nearest.map(({ index, squared }, i) => ({
      index,
      distance: found.scale * Math.sqrt(squared),
      ...(data.classes.length > 0 ? { label: data.classes[labels[i]!]! } : {}),
      pixels: Buffer.from(
        Uint8Array.from(real.subarray(i * size, (i + 1) * size), (value) => Math.round(127.5 * (value + 1))),
      ).toString('base64'),
    })),
  };
}

/** The data a run learned from, and no others: whoever wrote its record may have named any folder. */
async function trainingData(run: string, onProgress: OnProgress): Promise<Dataset> {
  const { record } = await openRunFolder(run);
  const { source, size, channels, fingerprint, kind, name } = record.data;
  if (kind !== 'images') throw new UsageError(`the run learned from points, which have no nearest images`);
  const data = await openData(source, {
    // Nothing is written but by training.
    cache: false,
    ...(size === undefined ? {} : { size }),
    ...(channels === undefined ? {} : { channels }),
    onProgress,
  });
  if (data.fingerprint === fingerprint) return { ...data, name };
  throw new UsageError(
    `the data '${name}' are not those the run learned from: they have changed since; restore them to see its training images`,
  );
}

interface Found {
  by: string;
  /** What distances are multiplied by. */
  scale: number;
  nearest: { index: number; squared: number }[];
}

/** By root mean square differences of pixels: 0 for the same picture, 1 for black and white. */
function byPixels(picture: Dataset, data: Dataset, count: number, onProgress: OnProgress): Found {
  const width = data.shape.reduce((product, size) => product * size, 1);
  const point = picture.read([0]).real;
  const room = new Float32Array(CHUNK * width);
  const chunks = function* (): Generator<Features> {
    for (let start = 0; start < data.count; start += CHUNK) {
      const indices = Array.from({ length: Math.min(CHUNK, data.count - start) }, (_, i) => start + i);
      const into = indices.length === CHUNK ? room : new Float32Array(indices.length * width);
      yield { data: data.read(indices, into).real, count: indices.length, width };
      onProgress(start + indices.length, data.count, 'comparing images');
    }
  };
  return { by: 'pixels', scale: 0.5 / Math.sqrt(width), nearest: kNearest(point, chunks(), count) };
}

/** By Euclidean distances of what the classifier trained on these data sees in them. */
async function byFeatures(
  picture: Dataset,
  data: Dataset,
  count: number,
  onProgress: OnProgress,
): Promise<Found> {
  const classifier = classifierOf(data);
  if (classifier === undefined)
    throw new UsageError(`no classifier comes with gansmith for these data; compare pixels instead`);
  const executor = await executorNamed('onnxruntime');
  const extractor = await openFeatures(classifier, data, { executor, onProgress });
  try {
    // In the order that evaluations keep features in, so that those are found.
    const side = createSide('real', data, data.count, 0);
    const { features } = await extractCached(side, {
      ...{ extractor, seed: 0, logits: false, hooks: { onProgress } },
      cache: openFeatureCache(),
    });
    const point = (await extract(extractor, createSide('generated', picture, 1, 0), {}, [0, 1])).features;
    const all = { data: features, count: data.count, width: extractor.width };
    const nearest = kNearest(point, [all], count).map(({ index, squared }) => ({
      index: side.indices[index]!,
      squared,
    }));
    return { by: `features of the classifier '${extractor.name}'`, scale: 1, nearest };
  } finally {
    await extractor.release();
  }
}
