import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeSafetensors } from '../../src/base/safetensors.ts';
import {
  type InceptionExtractor,
  type InceptionWeights,
  inceptionExtractor,
  inceptionTensors,
  readInceptionWeights,
} from '../../src/features/inception.ts';
import { inceptionNetwork } from '../../src/features/inceptionNetwork.ts';
import { torchScope } from '../../src/features/weights/scope.ts';
import { input, leafName, state } from '../../src/graph/ops/leaf.ts';
import { leavesOf } from '../../src/graph/program.ts';
import type { Tensor } from '../../src/graph/tensor.ts';
import { nodeExecutor } from '../../src/runtime/node.ts';
import { signProjection } from './hashing.ts';
import { fixtureBytes, hashWeights, readInceptionFixture, relativeError, someImages } from './inception.ts';

// PyTorch's numbers, in float64 with the same weights, are stored by reference/inception.py.
const fixture = readInceptionFixture();
const { settings } = fixture;
const tensors = hashWeights(settings);
/** The images of the fixture, as the network takes them. */
const bytes = fixtureBytes();
const size = bytes.length / 2;

it('has the names and shapes of the published file, no more and no less', () => {
  const ours = Object.fromEntries([...inceptionTensors()].map(([name, shape]) => [name, [...shape]]));
  expect(ours).toEqual(settings.shapes);
  const count = Object.values(settings.shapes).reduce(
    (sum, shape) => sum + shape.reduce((a, b) => a * b, 1),
    0,
  );
  expect(count).toBe(23_885_392);
});

it('equals PyTorch layer by layer', async () => {
  const results = new Map<string, Tensor>();
  const features = inceptionNetwork(torchScope(state, results), input('images', [2, 3, 299, 299]));
  const program = {
    name: 'layers',
    outputs: new Map([...results, ['features', features]]),
    updates: new Map(),
  };
  const compiled = await nodeExecutor.compile(program, { lowerings: () => 'conv' });
  const states = nodeExecutor.createStates();
  for (const leaf of leavesOf(program).states) {
    states.write(leafName(leaf), leaf.shape, tensors.get(leafName(leaf))!.data);
  }
  const images = Float32Array.from(bytes, (byte) => (byte - 128) / 128);
  const { outputs } = await compiled.run({ images }, states);
  await compiled.release();

  expect(settings.layers.length).toBe(18);
  for (const layer of settings.layers) {
    const ours = outputs[layer]!;
    for (const image of [0, 1]) {
      const values = ours.subarray((image * ours.length) / 2, ((image + 1) * ours.length) / 2);
      const norm = fixture.get(`norm/${layer}`).data[image]!;
      const stored = fixture
        .get(`projection/${layer}`)
        .data.subarray(image * settings.rows, (image + 1) * settings.rows);
      // Sign projections of an error have its length as their root mean square.
      const squares = stored.map((value, row) => (signProjection(`${layer}#${row}`, values) - value) ** 2);
      const error = Math.sqrt(squares.reduce((sum, square) => sum + square) / settings.rows) / norm;
      expect(error, `${layer} of image ${image}`).toBeLessThan(1e-5);
      expect(Math.abs(Math.hypot(...chunked(values)) / norm - 1), `${layer} of image ${image}`).toBeLessThan(
        1e-5,
      );
    }
  }
  for (const name of ['features', 'logits_unbiased', 'logits']) {
    expect(relativeError(outputs[name]!, fixture.get(name).data), name).toBeLessThan(1e-5);
  }
});

/** Lengths of parts, since a call takes only so many arguments. */
function chunked(values: ArrayLike<number>): number[] {
  const parts: number[] = [];
  for (let start = 0; start < values.length; start += 10_000) {
    let sum = 0;
    for (let i = start; i < Math.min(start + 10_000, values.length); i++) sum += values[i]! ** 2;
    parts.push(Math.sqrt(sum));
  }
  return parts;
}

let weights: InceptionWeights;
let extractor: InceptionExtractor;

beforeAll(async () => {
  const stored = new Map([...tensors].map(([name, tensor]) => [name, { dtype: 'F32' as const, ...tensor }]));
  weights = await readInceptionWeights(encodeSafetensors(stored, {}), 'weights.safetensors');
  extractor = await inceptionExtractor(nodeExecutor, weights, { batch: 2, threads: 2 });
}, 60_000);

afterAll(() => extractor.release());

it('reads a file of other weights, and does not call its numbers FID', () => {
  expect(weights.verified).toBe(false);
  expect(weights.warning).toBe(
    'weights.safetensors is not the published file (its SHA-256 does not begin with 6726825d): distances measured with it are no FID',
  );
  expect(extractor.protocol).toBeUndefined();
  expect(extractor.name).toBe('inception-fid');
  expect(extractor.hash).toMatch(/^[0-9a-f]{64}$/);
});

it('gives the features and logits of PyTorch for images of bytes, alone or among seven', async () => {
  const single = await extractor.features(someImages(1));
  const seven = await extractor.features(someImages(7));
  expect([seven.count, seven.features.length, seven.logits!.length]).toEqual([7, 7 * 2048, 7 * 1008]);
  expect(relativeError(single.features, fixture.get('features').data.subarray(0, 2048))).toBeLessThan(1e-5);
  expect(relativeError(seven.features.subarray(0, 4096), fixture.get('features').data)).toBeLessThan(1e-5);
  expect(relativeError(seven.logits!.subarray(0, 2016), fixture.get('logits_unbiased').data)).toBeLessThan(
    1e-5,
  );
  expect(seven.features.subarray(0, 2048)).toEqual(single.features);
});

it('gives the same features on one thread', async () => {
  const alone = await inceptionExtractor(nodeExecutor, weights, { batch: 1, threads: 1 });
  const { features } = await alone.features(someImages(2));
  await alone.release();
  expect(relativeError(features, fixture.get('features').data)).toBeLessThan(1e-5);
  expect(alone.hash).toBe(extractor.hash);
});

it('takes images of any size and grey ones, and tells the resizings apart', async () => {
  const clean = await inceptionExtractor(nodeExecutor, weights, { resizing: 'clean', batch: 1 });
  expect(clean.name).toBe('inception-clean');
  expect(clean.hash).not.toBe(extractor.hash);
  const grey = {
    shape: [1, 1, 28, 20] as const,
    data: Float32Array.from({ length: 560 }, (_, i) => Math.sin(i)),
  };
  const colour = {
    shape: [1, 3, 28, 20] as const,
    data: Float32Array.from([...grey.data, ...grey.data, ...grey.data]),
  };
  const [fromGrey, fromColour, fromClean] = [
    await extractor.features(grey),
    await extractor.features(colour),
    await clean.features(grey),
  ];
  await clean.release();
  expect(fromGrey.features).toEqual(fromColour.features);
  expect(relativeError(fromClean.features, fromGrey.features)).toBeGreaterThan(1e-3);
});

it('refuses images it cannot read', async () => {
  await expect(extractor.features({ shape: [1, 2, 1, 1], data: new Float32Array(2) })).rejects.toThrow(
    'features: expected images of 1 or 3 channels, got 2; drop the others first',
  );
  const broken = { shape: [1, 1, 1, 2] as const, data: Float32Array.of(0, Number.NaN) };
  await expect(extractor.features(broken)).rejects.toThrow(
    'features: element 1 of the images is not a number',
  );
  expect(size).toBe(3 * 299 * 299);
});
