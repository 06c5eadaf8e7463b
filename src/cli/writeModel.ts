import { GansmithError } from '../base/errors.ts';
import { buildSampler } from '../gan/sampler.ts';
import { leafName } from '../graph/ops/leaf.ts';
import { leavesOf } from '../graph/program.ts';
import { formatShape } from '../graph/shape.ts';
import { nodeExecutor, openModel } from '../runtime/node.ts';
import { type ExportedGenerator, exportGenerator } from '../train/exporting.ts';
import { drawLatents } from '../train/feeds.ts';
import { packageVersion } from '../train/node.ts';
import { formatCount } from './format.ts';
import { fillStates, loadTrained, type Trained, weightsUsed } from './load.ts';
import { print } from './output.ts';
import { writeNamedFile } from './writeNamedFile.ts';

/** Largest difference between the file and the generator in memory that is rounding. */
const TOLERANCE = 1e-5;

/** Writes the generator of a run as ONNX, once the model was found to compute the same. */
export async function writeModel(run: string, out: string, averaged: boolean): Promise<void> {
  const trained = await loadTrained(run, (message) => void process.stderr.write(`warning: ${message}\n`));
  const { gan, config, checkpoint } = trained;
  const exported = exportGenerator(
    gan,
    { ...checkpoint, info: { ...checkpoint.info, config } },
    { averaged, metadata: { gansmith: packageVersion(), weights: weightsUsed(trained, averaged) } },
  );
  const difference = await largestDifference(trained, exported, averaged);
  if (!(difference <= TOLERANCE)) {
    throw new GansmithError(
      `the exported model differs from the generator in memory by ${difference.toExponential(1)}, more than rounding (${TOLERANCE}); nothing was written. Please report this with your settings`,
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

/** Runs the model and the generator it was made from on the same noise. */
async function largestDifference(
  { gan, config, checkpoint }: Trained,
  { model, output }: ExportedGenerator,
  averaged: boolean,
): Promise<number> {
  const opened = await openModel(model.bytes);
  const states = nodeExecutor.createStates();
  fillStates(states, checkpoint);
  let largest = 0;
  for (const batch of [1, 5]) {
    const { program, randoms } = buildSampler(gan, config, checkpoint.info.data, { batch, averaged });
    const wanted = leavesOf(program).inputs;
    const noise: Record<string, Float32Array | Int32Array> = drawLatents(
      randoms,
      Array.from({ length: batch }, (_, i) => i),
    );
    const feeds = Object.fromEntries(
      wanted.map((leaf) => [leafName(leaf), noise[leafName(leaf)] ?? new Int32Array(batch)]),
    );
    const compiled = await nodeExecutor.compile(program);
    const expected = (await compiled.run(feeds, states)).outputs.samples!;
    await compiled.release();
    const shaped = wanted.map((leaf) => [
      leafName(leaf),
      { data: feeds[leafName(leaf)]!, shape: leaf.shape },
    ]);
    const found = (await opened.run(Object.fromEntries(shaped)))[output]!;
    if (found.length !== expected.length) return Number.NaN;
    for (let i = 0; i < found.length; i++) largest = Math.max(largest, Math.abs(found[i]! - expected[i]!));
  }
  await opened.release();
  return largest;
}
