import { GansmithError } from '../base/errors.ts';
import { randomStream } from '../base/random.ts';
import { buildSampler, controlFeeds } from '../gan/sampler.ts';
import { buildScorer } from '../gan/scorer.ts';
import { buildStyles } from '../gan/styles.ts';
import { leafName } from '../graph/ops/leaf.ts';
import { leavesOf, type Program } from '../graph/program.ts';
import { formatShape, sizeOf } from '../graph/shape.ts';
import type { EncodedModel } from '../onnx/model.ts';
import type { Numbers } from '../runtime/executor.ts';
import { exportCritic, exportGenerator } from '../train/exporting.ts';
import { exportStyles, type StylePart } from '../train/exportingStyles.ts';
import { drawLatents, preparedSchedules } from '../train/feeds.ts';
import { packageVersion } from '../train/node.ts';
import { executorNamed } from './executors.ts';
import { formatCount } from './format.ts';
import { fillStates, loadTrained, type Trained, weightsUsed } from './load.ts';
import { print } from './output.ts';
import { writeNamedFile } from './writeNamedFile.ts';

/** Largest difference between the file and the network in memory that is rounding, as a share of the largest value. */
const TOLERANCE = 1e-5;

/** What can be written: the generator, the critic, or a part of a generator with styles. */
export type Exported = 'G' | 'D' | StylePart;

const CALLED: Record<Exported, string> = {
  G: 'the generator',
  D: 'the critic',
  mapping: 'the mapping network',
  synthesis: 'the synthesis network',
};

export interface ExportOptions {
  /** The file to write. */
  out: string;
  /** Where the user's own GAN file is now. */
  gan?: string | undefined;
  averaged: boolean;
  network: Exported;
}

/** Writes a network of a run as ONNX, once the model was found to compute the same. */
export async function writeModel(
  run: string,
  { out, gan: movedGan, averaged, network }: ExportOptions,
): Promise<void> {
  const warn = (message: string) => void process.stderr.write(`warning: ${message}\n`);
  const trained = await loadTrained(run, movedGan, warn);
  const { gan, checkpoint } = trained;
  const model = modelOf(trained, network, averaged);
  const inMemory = `${CALLED[network]} in memory`;
  const { difference, allowed } = await compareModel(trained, model, programOf(trained, network, averaged));
  if (!(difference <= allowed)) {
    throw new GansmithError(
      `the exported model differs from ${inMemory} by ${difference.toExponential(1)}, more than rounding (${allowed.toExponential(1)}); nothing was written. Please report this with your settings`,
    );
  }
  const { bytes, inputs, outputs } = model;
  writeNamedFile(out, bytes);
  const ports = (list: typeof inputs) =>
    list.map(({ name, shape }) => `${name} ${formatShape(shape)}`).join(', ');
  print(`${out}: ${gan.name} at step ${checkpoint.info.step}, ${formatCount(bytes.length)} bytes`);
  print(`inputs ${ports(inputs)}; output ${ports(outputs)}`);
  print(`checked in batches of 1 and 5: largest difference from ${inMemory} ${difference.toExponential(1)}`);
}

/** A network of a trained GAN as a model with its description. */
export function modelOf(trained: Trained, network: Exported, averaged = true): EncodedModel {
  const { gan, checkpoint } = trained;
  const metadata = { gansmith: packageVersion(), data: checkpoint.info.data.name };
  if (network === 'D') return exportCritic(gan, checkpoint, { metadata });
  const described = { ...metadata, weights: weightsUsed(trained, averaged) };
  if (network === 'G') return exportGenerator(gan, checkpoint, { averaged, metadata: described }).model;
  return exportStyles(gan, checkpoint, network, { averaged, metadata: described });
}

/** How far two results are apart at most, and how far rounding may bring them. NaN when they cannot be compared. */
export function compareValues(expected: Numbers, found: Numbers): { difference: number; allowed: number } {
  let difference = found.length === expected.length ? 0 : Number.NaN;
  let magnitude = 1;
  for (const [i, value] of expected.entries()) {
    difference = Math.max(difference, Math.abs(found[i]! - value));
    magnitude = Math.max(magnitude, Math.abs(value));
  }
  return { difference, allowed: TOLERANCE * magnitude };
}

/** The program that a model was made from, at a batch size; its one output is what the model gives. */
type ProgramAt = (batch: number) => Program;

const programOf =
  ({ gan, config, checkpoint: { info } }: Trained, network: Exported, averaged: boolean): ProgramAt =>
  (batch) => {
    if (network === 'D') return buildScorer(gan, config, info.data, { batch })!.program;
    if (network === 'G') return buildSampler(gan, config, info.data, { batch, averaged }).program;
    return buildStyles(gan, config, info.data, { batch, averaged })[network].program;
  };

/** Runs the model and the network it was made from on the same noise, or on the same noise as examples. */
async function compareModel(
  { gan, config, progress, checkpoint }: Trained,
  model: EncodedModel,
  programAt: ProgramAt,
): Promise<{ difference: number; allowed: number }> {
  // First, for its error in words where the runtime cannot be loaded.
  const executor = await executorNamed('onnxruntime');
  const { openModel } = await import('../runtime/node.ts');
  const states = executor.createStates();
  fillStates(states, checkpoint);
  const opened = await openModel(model.bytes);
  const { kind, classes } = checkpoint.info.data;
  let worst = { difference: 0, allowed: TOLERANCE };
  try {
    for (const batch of [1, 5]) {
      const program = programAt(batch);
      const { randoms, controls } = buildSampler(gan, config, checkpoint.info.data, { batch });
      const wanted = leavesOf(program).inputs;
      const seeds = Array.from({ length: batch }, (_, i) => i);
      const schedules = preparedSchedules({ gan, config, progress }, new Set(wanted.map(leafName)))();
      const labels = Int32Array.from(seeds, (seed) => seed % Math.max(classes.length, 1));
      const known: Record<string, Numbers> = {
        ...drawLatents(randoms, seeds),
        ...controlFeeds(controls),
        ...schedules,
        label: labels,
      };
      const examples = (size: number) =>
        randomStream(0, 'export', 'examples').fillUniform(new Float32Array(size), -1, 1);
      const feeds = wanted.map((leaf) => {
        const name = leafName(leaf);
        return { name, data: known[name] ?? examples(sizeOf(leaf.shape)), shape: leaf.shape };
      });
      const compiled = await executor.compile(program);
      const given = Object.fromEntries(feeds.map(({ name, data }) => [name, data]));
      const { outputs } = await compiled.run(given, states).finally(compiled.release);
      // The model holds its schedules as constants.
      const shaped = feeds
        .filter(({ name }) => !schedules[name])
        .map(({ name, ...feed }) => [name === 'real' ? kind : name, feed]);
      const found = Object.values(await opened.run(Object.fromEntries(shaped)))[0]!;
      const compared = compareValues(Object.values(outputs)[0]!, found);
      // Written so that NaN stays.
      if (!(compared.difference / compared.allowed <= worst.difference / worst.allowed)) worst = compared;
      if (Number.isNaN(worst.difference)) break;
    }
  } finally {
    await opened.release();
  }
  return worst;
}
