import type { Dataset } from '../data/dataset.ts';
import {
  compareScores,
  createExamination,
  type Examples,
  examineNovelty,
  type HeldOutScores,
  type Reference,
  someExamples,
  type Thorough,
} from '../doctor/index.ts';
import type { AnyGan, BaseConfig } from '../gan/defineGan.ts';
import type { Progress } from '../optim/optimizer.ts';
import type { Executor, States } from '../runtime/executor.ts';
import { compileSampler } from '../train/sampling.ts';
import { compileScorer } from '../train/scoring.ts';

/** A trained GAN with its states at hand. */
export interface Patient {
  executor: Executor;
  gan: AnyGan;
  /** Those of its stage. */
  config: BaseConfig;
  progress: Progress;
  states: States;
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

/** Examples scored of each kind, and samples made at once. */
const SCORED = 1000;
const AT_ONCE = 64;

/** Makes samples, looks for copies of training images among them, and asks the critic about real data it has not seen. */
export async function examineTrained(
  patient: Patient,
  { data, reference, heldOut, count }: Comparison,
): Promise<Thorough> {
  const examination = createExamination(reference);
  for await (const { examples } of samplesOf(patient, data, count, AT_ONCE)) await examination.add(examples);
  const scores = heldOut && (await heldOutScores(patient, data, heldOut));
  return {
    step: patient.progress.step,
    samples: examination.evidence(),
    ...(data.kind === 'images' ? { novelty: examineNovelty(examination.features(), data) } : {}),
    ...(scores ? { heldOut: scores } : {}),
  };
}

interface LabelledExamples {
  examples: Examples;
  labels: Int32Array;
}

/** Samples of the seeds 0, 1, 2, ... in parts, with the classes that a conditional generator was asked for. */
async function* samplesOf(
  { executor, gan, config, progress, states }: Patient,
  data: Dataset,
  count: number,
  part: number,
): AsyncGenerator<LabelledExamples> {
  const sampler = await compileSampler(executor, { gan, config, data, progress }, { batch: part });
  const classes = Math.max(1, data.classes.length);
  for (let start = 0; start < count; start += part) {
    const seeds = Array.from({ length: Math.min(part, count - start) }, (_, i) => start + i);
    const labels = Int32Array.from(seeds, (seed) => seed % classes);
    yield { examples: await sampler.sample({ seeds }, states), labels };
  }
  await sampler.release();
}

/** @returns undefined for a GAN without a critic D, or less than a batch of held-out data */
async function heldOutScores(
  patient: Patient,
  data: Dataset,
  heldOut: Dataset,
): Promise<HeldOutScores | undefined> {
  const { executor, gan, config, progress, states } = patient;
  if (heldOut.count < config.batch) return undefined;
  const scorer = await compileScorer(executor, { gan, config, data, progress });
  if (!scorer) return undefined;
  const score = async (parts: Iterable<LabelledExamples> | AsyncIterable<LabelledExamples>) => {
    const scores: number[] = [];
    for await (const { examples, labels } of parts) {
      scores.push(...(await scorer.score({ real: Float32Array.from(examples.data), labels }, states)));
    }
    return scores;
  };
  const { batch } = config;
  const training = await score(someExamples(data, SCORED, 'scores', batch));
  const unseen = await score(someExamples(heldOut, SCORED, 'scores', batch));
  const fake = await score(samplesOf(patient, data, SCORED, batch));
  await scorer.release();
  return compareScores(training, unseen, fake);
}
