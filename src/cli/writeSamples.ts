import { resolve } from 'node:path';
import { UsageError } from '../base/errors.ts';
import { encodePng } from '../base/png.ts';
import { packageVersion, samplesPicture } from '../train/node.ts';
import { compileSampler, wholeRows } from '../train/sampling.ts';
import { classIndex } from './classIndex.ts';
import { type ExecutorName, executorNamed } from './executors.ts';
import { fillStates, loadTrained, weightsUsed } from './load.ts';
import { formatSeeds, type GridSize } from './options.ts';
import { print } from './output.ts';
import { showPicture } from './showPicture.ts';
import { writeNamedFile } from './writeNamedFile.ts';

export interface SampleOptions {
  seeds?: number[] | undefined;
  class?: string | undefined;
  psi: number;
  truncation?: number | undefined;
  grid?: GridSize | undefined;
  out?: string | undefined;
  live: boolean;
  /** Where the user's own GAN file is now. */
  gan?: string | undefined;
  executor?: ExecutorName | undefined;
}

/** Makes the samples asked for and writes them as a PNG. */
export async function writeSamples(run: string, options: SampleOptions): Promise<void> {
  const warn = (message: string) => void process.stderr.write(`warning: ${message}\n`);
  const trained = await loadTrained(run, options.gan, warn);
  const { gan, config, progress, checkpoint, path, label } = trained;
  const { info } = checkpoint;
  const asked = layout(options, info.data.kind);

  const executor = await executorNamed(
    options.executor ?? (info.executor === 'interpreter' ? 'interpreter' : 'onnxruntime'),
  );
  const sampler = await compileSampler(
    executor,
    { gan, config, progress, data: info.data },
    { averaged: !options.live },
  );
  // Without a wish of the user's, a grid of all classes has one class a column.
  const free = options.class === undefined && options.seeds === undefined && options.grid === undefined;
  const seeds = free ? asked.seeds.slice(0, wholeRows(asked.seeds.length, sampler)) : asked.seeds;
  const columns = free ? sampler.columns : asked.columns;
  const labels =
    options.class === undefined
      ? {}
      : { labels: seeds.map(() => classIndex(options.class!, info.data.classes)) };
  const states = executor.createStates();
  fillStates(states, checkpoint);
  const truncation = options.truncation === undefined ? {} : { truncation: options.truncation };
  const samples = await sampler.sample({ seeds, psi: options.psi, ...truncation, ...labels }, states);
  await sampler.release();

  const picture = samplesPicture(samples, columns === undefined ? {} : { columns });
  const recipe = {
    gan: info.gan,
    data: info.data.name,
    step: info.step,
    seeds: formatSeeds(seeds),
    psi: options.psi,
    ...truncation,
    ...(options.class === undefined ? {} : { class: options.class }),
    weights: weightsUsed(trained, !options.live),
    checkpoint: resolve(path),
    gansmith: packageVersion(),
  };
  const out = options.out ?? `${label}.png`;
  writeNamedFile(out, encodePng(picture, { gansmith: JSON.stringify(recipe) }));
  showPicture(picture, info.data.shape);
  print(
    `${out}: ${seeds.length} samples of ${gan.name} at step ${info.step} (${recipe.weights} weights), seeds ${recipe.seeds}`,
  );
}

const POINTS = 2000;

/** Which seeds to show, and how many in a row. */
function layout(
  { seeds, grid }: SampleOptions,
  kind: 'images' | 'points',
): { seeds: readonly number[]; columns?: number } {
  const first = (count: number) => Array.from({ length: count }, (_, i) => i);
  if (kind === 'points') {
    if (grid)
      throw new UsageError('--grid: this GAN makes points, which are drawn into one picture; leave it out');
    return { seeds: seeds ?? first(POINTS) };
  }
  if (!grid) return { seeds: seeds ?? first(64) };
  const cells = grid.columns * grid.rows;
  if (seeds && seeds.length > cells) {
    throw new UsageError(
      `--grid ${grid.columns}x${grid.rows} holds ${cells} images, but --seeds asks for ${seeds.length}`,
    );
  }
  return { seeds: seeds ?? first(cells), columns: grid.columns };
}
