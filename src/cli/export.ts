import type { Command } from '@commander-js/extra-typings';
import { GansmithError } from '../base/errors.ts';
import type { ExportedGenerator } from '../train/exporting.ts';
import { formatCount } from './format.ts';
import type { Trained } from './load.ts';
import { print } from './output.ts';

/** Largest difference between the file and the generator in memory that is rounding. */
const TOLERANCE = 1e-5;

export function addExportCommand(program: Command): void {
  program
    .command('export')
    .summary('write the generator as an ONNX file')
    .description(
      'Write the averaged generator as an ONNX file of plain operators, with its parameters inside and the batch size ' +
        'open. The file is run and compared with the generator in memory before it is left to you.',
    )
    .argument('<run>', 'the folder of a run (its newest checkpoint), or a checkpoint file')
    .requiredOption('--out <file>', 'where the model goes, such as generator.onnx')
    .option('--live', 'use the weights as trained instead of their average')
    .addHelpText(
      'after',
      `
Examples:
  gansmith export runs/00000-dcgan-mnist --out generator.onnx

The input z is [batch, latent] noise as the metadata 'inputs' says; the output images is [batch, channels, height, width]
with values from -1 to 1, or points is [batch, dimensions].`,
    )
    .action(async (run, { out, live = false }) => writeModel(run, out, !live));
}

async function writeModel(run: string, out: string, averaged: boolean): Promise<void> {
  const [{ loadTrained }, { exportGenerator }, { packageVersion }, { writeNamedFile }] = await Promise.all([
    import('./load.ts'),
    import('../train/exporting.ts'),
    import('../train/node.ts'),
    import('./writeNamedFile.ts'),
  ]);
  const trained = await loadTrained(run, (message) => void process.stderr.write(`warning: ${message}\n`));
  const { gan, config, checkpoint } = trained;
  const exported = exportGenerator(
    gan,
    { ...checkpoint, info: { ...checkpoint.info, config } },
    { averaged, metadata: { gansmith: packageVersion(), weights: averaged ? 'averaged' : 'live' } },
  );
  const difference = await largestDifference(trained, exported, averaged);
  if (!(difference <= TOLERANCE)) {
    throw new GansmithError(
      `the exported model differs from the generator in memory by ${difference.toExponential(1)}, more than rounding (${TOLERANCE}); nothing was written. Please report this with your settings`,
    );
  }
  const { bytes, inputs, outputs } = exported.model;
  writeNamedFile(out, bytes);
  const shapeText = (shape: readonly number[]) =>
    `[${shape.map((size) => (size < 0 ? 'batch' : size)).join(', ')}]`;
  const ports = (list: typeof inputs) =>
    list.map(({ name, shape }) => `${name} ${shapeText(shape)}`).join(', ');
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
  const [
    { nodeExecutor, openModel },
    { buildSampler },
    { drawLatents },
    { fillStates },
    { leafName },
    { leavesOf },
  ] = await Promise.all([
    import('../runtime/node.ts'),
    import('../gan/build.ts'),
    import('../train/feeds.ts'),
    import('./load.ts'),
    import('../graph/ops/leaf.ts'),
    import('../graph/program.ts'),
  ]);
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
