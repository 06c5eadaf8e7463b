import type { Dataset } from '../data/dataset.ts';
import type { Thorough } from '../doctor/evidence.ts';
import { examineSamples } from '../doctor/examine.ts';
import { compareScores, type HeldOutScores } from '../doctor/heldOut.ts';
import { examineNovelty } from '../doctor/novelty.ts';
import { type Reference, someExamples } from '../doctor/reference.ts';
import type { AnyGan, BaseConfig } from '../gan/defineGan.ts';
import type { Executor, States } from '../runtime/executor.ts';
import { compileSampler } from '../train/sampling.ts';
import { compileScorer } from '../train/scoring.ts';

/** A trained GAN with its states at hand. */
export interface Patient {
  executor: Executor;
  gan: AnyGan;
  config: BaseConfig;
  states: States;
  step: number;
}

/** What a patient is compared with. */
export interface Comparison {
  data: Dataset;
  reference: Reference;
  /** Real data that were not trained on. */
  heldOut?: Dataset;
  /** Samples to make. */
  count: number;
}

/** Examples scored of each kind. */
const SCORED = 1000;

/** Makes samples, looks for copies of training images among them, and asks the critic about real data it has not seen. */
export async function examineTrained(
  { executor, gan, config, states, step }: Patient,
  { data, reference, heldOut, count }: Comparison,
): Promise<Thorough> {
  const sampler = await compileSampler(executor, { gan, config, data });
  const seeds = Array.from({ length: count }, (_, i) => i);
  const samples = await sampler.sample({ seeds }, states);
  await sampler.release();
  const scorer = heldOut && (await compileScorer(executor, { gan, config, data }));
  let heldOutScores: HeldOutScores | undefined;
  if (heldOut && scorer) {
    const score = async (
      examples: { shape: readonly number[]; data: ArrayLike<number> },
      labels: Int32Array,
    ) => scorer.score({ real: Float32Array.from(examples.data), labels }, states);
    const training = someExamples(data, SCORED, 'scores');
    const unseen = someExamples(heldOut, SCORED, 'scores');
    const classes = Math.max(1, data.classes.length);
    heldOutScores = compareScores(
      await score(training.examples, training.labels),
      await score(unseen.examples, unseen.labels),
      await score(
        samples,
        Int32Array.from(seeds, (seed) => seed % classes),
      ),
    );
    await scorer.release();
  }
  return {
    step,
    samples: examineSamples(samples, reference),
    ...(data.kind === 'images' ? { novelty: examineNovelty(samples, data) } : {}),
    ...(heldOutScores ? { heldOut: heldOutScores } : {}),
  };
}
