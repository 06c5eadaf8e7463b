import { GansmithError } from '../base/errors.ts';
import type { Dataset } from '../data/dataset.ts';
import { predictionsOn } from '../features/accuracy.ts';
import { classifierOf } from '../features/classifierFile.ts';
import type { Images } from '../features/extractor.ts';
import { compileExtractor } from '../features/network.ts';
import { shrink, smallerData } from '../features/smallerData.ts';
import { trainClassifier } from '../features/trainClassifier.ts';
import { bootstrapMean, type ClassificationAccuracy, classificationAccuracy } from '../metrics/index.ts';
import type { Metric, MetricContext } from './metric.ts';
import { subsetOf } from './subset.ts';

/** How the classifier is trained. */
export interface CasSettings {
  /** Iterations. */
  steps: number;
  /** Images in each. */
  batch: number;
  /** Channels after the first convolution. */
  width: number;
}

/** The metric with a classifier of one's own choosing. */
export const casOf = (settings: CasSettings): Metric => ({
  name: 'cas',
  title: 'classification accuracy score',
  needs: ['labels', 'held-out', 'executor'],
  least: settings.batch,
  protocol: `a classifier of width ${settings.width} trained for ${settings.steps} steps of ${settings.batch} on the samples, tested on held-out images; interval by resampling the test images`,
  async compute(context) {
    const { generated, real, pairs, seed } = context;
    const samples = subsetOf(generated.data, generated.indices);
    const found = await accuracyAfter(context, settings, samples, 'the samples');
    const sameMany = subsetOf(real.data, real.indices.subarray(0, pairs));
    const reference = await accuracyAfter(context, settings, sameMany, 'real images');
    const interval = bootstrapMean(found.hits, { seed });
    return [{ metric: 'cas', value: found.value, interval, better: 'higher', real: reference.value }];
  },
});

/**
 * Classification accuracy score (arXiv:1905.10887): a classifier learns from generated images and the labels they were made for, and
 * names real test images. The paper trains a ResNet-50 for 90 epochs; this is the small classifier of `src/features`, trained for as
 * many steps whatever the number of samples (some twenty seconds for 28x28 pixels on two cores), so values compare only with each
 * other and with that of as many real images.
 */
export const cas: Metric = casOf({ steps: 600, batch: 64, width: 12 });

/** The accuracy on held-out images of a classifier that learned from `data`. */
async function accuracyAfter(
  { heldOut, executor, threads, seed, hooks }: MetricContext,
  { steps, batch, width: first }: CasSettings,
  data: Dataset,
  what: string,
): Promise<ClassificationAccuracy> {
  if (!heldOut || !executor) throw new GansmithError('cas: needs held-out images and an executor');
  const small = smallerData(data, seed);
  const { weights } = await trainClassifier(small, {
    ...{ executor, threads, seed, steps },
    // No shifts: what a picture shows may lie at its border.
    settings: { batch, width: first, shift: 0 },
    async onEvent(event) {
      if (event.type !== 'step') return;
      hooks.onProgress?.(event.step, steps, `learning classes from ${what} (steps)`);
      await hooks.breathe?.();
    },
  });
  const [channels, height, width] = small.shape as [number, number, number];
  const input = { channels, height, width, range: [-1, 1] } as const;
  const about = { name: 'cas', classes: [...small.classes], width: first };
  const network = {
    ...{ ...classifierOf(about, weights, input), hash: 'its own' },
    prepare: (images: Images) => shrink(images, [height, width]),
  };
  const extractor = await compileExtractor(executor, network, threads ? { threads } : {});
  const test = subsetOf(heldOut.data, heldOut.indices);
  const { predicted, labels } = await predictionsOn(extractor, test);
  await extractor.release();
  return classificationAccuracy(predicted, labels);
}
