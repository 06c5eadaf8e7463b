import { GansmithError } from '../base/errors.ts';
import { buildSampler } from '../gan/sampler.ts';
import { leafName } from '../graph/ops/leaf.ts';
import { leavesOf } from '../graph/program.ts';
import { formatShape } from '../graph/shape.ts';
import type { Numbers } from '../runtime/executor.ts';
import { type ExportedGenerator, exportGenerator } from '../train/exporting.ts';
import { drawLatents } from '../train/feeds.ts';
import { packageVersion } from '../train/node.ts';
import { executorNamed } from './executors.ts';
import { formatCount } from './format.ts';
import { fillStates, loadTrained, type Trained, weightsUsed } from './load.ts';
import { print } from './output.ts';
import { writeNamedFile } from './writeNamedFile.ts';

/** Largest difference between the file and the generator in memory that is rounding, as a share of the largest value. */
const TOLERANCE = 1e-5;

export interface ExportOptions {
  /** The file to write. */
  out: string;
  /** Where the user's own GAN file is now. */
  gan?: string | undefined;
  averaged: boolean;
}

/** Writes the generator of a run as ONNX, once the model was found to compute the same. */
export async function writeModel(
  run: string,
  { out, gan: movedGan, averaged }: ExportOptions,
): Promise<void> {
  const warn = (message: string) => void process.stderr.write(`warning: ${message}\n`);
  const trained = await loadTrained(run, movedGan, warn);
  const { gan, config, checkpoint } = trained;
  const exported = exportGenerator(
    gan,
    { ...checkpoint, info: { ...checkpoint.info, config } },
    { averaged, metadata: { gansmith: packageVersion(), weights: weightsUsed(trained, averaged) } },
  );
  const { difference, allowed } = await compareModel(trained, exported, averaged);
  if (!(difference <= allowed)) {
    throw new GansmithError(
      `the exported model differs from the generator in memory by ${difference.toExponential(1)}, more than rounding (${allowed.toExponential(1)}); nothing was written. Please report this with your settings`,
    );
  }
  const { bytes, inputs, outputs } = exported.model;
  writeNamedFile(out, bytes);
  const ports = (list: typeof inputs) =>
    list.map(({ name, shape }) => `${name} ${formatShape(shape)}`).join(', ');
  print(`${out}: ${gan.name} at step ${checkpoint.info.step}, ${formatCount(bytes.length)} bytes`);
  print(`inputs ${ports(inputs)}; output ${ports(outputs)}`);
  print(
    `checked in batches of 1 and 5: largest difference from the generator in memory ${difference.toExponential(1)}`,
  );
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

/** Runs the model and the generator it was made from on the same noise. */
async function compareModel(
  { gan, config, checkpoint }: Trained,
  { model, output }: ExportedGenerator,
  averaged: boolean,
): Promise<{ difference: number; allowed: number }> {
  // First, for its error in words where the runtime cannot be loaded.
  const executor = await executorNamed('onnxruntime');
  const { openModel } = await import('../runtime/node.ts');
  const states = executor.createStates();
  fillStates(states, checkpoint);
  const opened = await openModel(model.bytes);
  let worst = { difference: 0, allowed: TOLERANCE };
  try {
    for (const batch of [1, 5]) {
      const { program, randoms } = buildSampler(gan, config, checkpoint.info.data, { batch, averaged });
      const wanted = leavesOf(program).inputs;
      const seeds = Array.from({ length: batch }, (_, i) => i);
      const noise: Record<string, Float32Array | Int32Array> = drawLatents(randoms, seeds);
      const classes = Math.max(checkpoint.info.data.classes.length, 1);
      const labels = Int32Array.from(seeds, (seed) => seed % classes);
      const feeds = Object.fromEntries(
        wanted.map((leaf) => [leafName(leaf), noise[leafName(leaf)] ?? labels]),
      );
      const shaped = wanted.map((leaf) => [
        leafName(leaf),
        { data: feeds[leafName(leaf)]!, shape: leaf.shape },
      ]);
      const compiled = await executor.compile(program);
      const expected = (await compiled.run(feeds, states).finally(compiled.release)).outputs.samples!;
      const found = (await opened.run(Object.fromEntries(shaped)))[output]!;
      const compared = compareValues(expected, found);
      // Written so that NaN stays.
      if (!(compared.difference / compared.allowed <= worst.difference / worst.allowed)) worst = compared;
      if (Number.isNaN(worst.difference)) break;
    }
  } finally {
    await opened.release();
  }
  return worst;
}
