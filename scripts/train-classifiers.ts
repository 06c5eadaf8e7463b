// Trains the classifiers that come with gansmith, and writes them to src/features/classifiers/:
//   npm run train:classifiers -- mnist
//   npm run train:classifiers -- fashion-mnist ./folder-with-the-four-idx-files
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openData } from '../src/data/node.ts';
import { accuracyOn } from '../src/features/accuracy.ts';
import { type ClassifierInfo, encodeClassifier, readClassifier } from '../src/features/classifierFile.ts';
import { compileExtractor } from '../src/features/network.ts';
import { trainClassifier } from '../src/features/trainClassifier.ts';
import { nodeExecutor } from '../src/runtime/node.ts';

/** Images in a step. */
const BATCH = 128;

/** Settings of the shipped files. */
const recipes: Record<string, { epochs: number; settings: Record<string, unknown>; classes: string[] }> = {
  mnist: { epochs: 5, settings: {}, classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] },
  'fashion-mnist': {
    epochs: 7,
    settings: { shift: 0 },
    classes: [
      'T-shirt',
      'trousers',
      'pullover',
      'dress',
      'coat',
      'sandal',
      'shirt',
      'sneaker',
      'bag',
      'ankle boot',
    ],
  },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string' }, epochs: { type: 'string' }, out: { type: 'string' } },
});
const [name = '', folder] = positionals;
const recipe = recipes[name];
if (!recipe || (name !== 'mnist' && !folder)) {
  console.error(
    'usage: train-classifiers (mnist | fashion-mnist FOLDER) [--seed N] [--epochs N] [--out FOLDER]',
  );
  process.exit(2);
}

const sourceOf = (part: 'train' | 't10k'): string =>
  name === 'mnist'
    ? `mnist:${part === 'train' ? 'train' : 'test'}`
    : `idx:${join(folder!, `${part}-images-idx3-ubyte.gz`)}`;
const [data, test] = [await openData(sourceOf('train')), await openData(sourceOf('t10k'))];
const steps = Math.floor(data.count / BATCH) * Number(values.epochs ?? recipe.epochs);
const seed = Number(values.seed ?? 0);

const start = performance.now();
const { weights, width } = await trainClassifier(data, {
  ...{ executor: nodeExecutor, steps, seed, settings: { ...recipe.settings, batch: BATCH } },
  onEvent(event) {
    if (event.type === 'start') console.log(`${event.parameters.C} weights, ${steps} steps`);
    if (event.type !== 'step' || event.step % 200 !== 0) return;
    const { 'classifier/loss': loss, 'classifier/accuracy': accuracy } = event.metrics;
    const seconds = (performance.now() - start) / 1000;
    console.log(
      `step ${event.step}: loss ${loss!.toFixed(3)}, accuracy ${accuracy!.toFixed(3)}, ${seconds.toFixed(0)} s`,
    );
  },
});
const info: ClassifierInfo = {
  name,
  classes: recipe.classes,
  width,
  data: name,
  fingerprint: data.fingerprint,
  seed,
  steps,
  testAccuracy: 0,
};
const trial = readClassifier(encodeClassifier(info, weights), name);
const extractor = await compileExtractor(nodeExecutor, trial.network);
const testAccuracy = await accuracyOn(extractor, test);
const bytes = encodeClassifier({ ...info, testAccuracy }, weights);
const file = join(values.out ?? 'src/features/classifiers', `${name}.safetensors`);
writeFileSync(file, bytes);
console.log(
  `${(100 * testAccuracy).toFixed(2)} % of the ${test.count} test images; ${file}: ${bytes.length} bytes, SHA-256 ${readClassifier(bytes, file).network.hash}`,
);
await extractor.release();
