import { resolve } from 'node:path';
import { type Command, Option } from '@commander-js/extra-typings';
import { nearest, UsageError } from '../base/errors.ts';
import type { AnyGan, BaseConfig } from '../gan/defineGan.ts';
import { EXECUTORS, type ExecutorName } from './executors.ts';
import { formatSeeds, type GridSize, gridSize, realNumber, seedList } from './options.ts';
import { print } from './output.ts';

interface SampleOptions {
  seeds?: number[] | undefined;
  class?: string | undefined;
  psi: number;
  grid?: GridSize | undefined;
  out?: string | undefined;
  live: boolean;
  executor?: ExecutorName | undefined;
}

export function addSampleCommand(program: Command): void {
  program
    .command('sample')
    .summary('make pictures with a trained generator')
    .description(
      'Make a picture of samples. No data set is needed; one seed is one sample, whatever the others are. The PNG carries ' +
        "its recipe in a text chunk named 'gansmith'.",
    )
    .argument('<run>', 'the folder of a run (its newest checkpoint), or a checkpoint file')
    .option('--seeds <list>', 'such as 0-63 or 1,5,9-12 (default: as many as the grid holds)', seedList)
    .option('--class <name>', 'of a conditional GAN: a class by name or number')
    .option(
      '--psi <p>',
      'truncation: below 1 pulls samples towards the typical one',
      realNumber('--psi', { from: 0 }),
      1,
    )
    .option(
      '--grid <columns>x<rows>',
      'layout of the images (default: 8x8, or a square for --seeds)',
      gridSize,
    )
    .option('--out <file>', 'where the PNG goes (default: named after the run and its step)')
    .option('--live', 'use the weights as trained instead of their average')
    .addOption(new Option('--executor <name>', 'what runs the generator').choices(EXECUTORS))
    .addHelpText(
      'after',
      `
Examples:
  gansmith sample runs/00000-dcgan-mnist
  gansmith sample runs/00000-dcgan-mnist --seeds 0-9 --grid 10x1 --out row.png
  gansmith sample runs/00000-dcgan-mnist/checkpoints/000500.safetensors --psi 0.7`,
    )
    .action(async (run, { live = false, ...options }) => writeSamples(run, { live, ...options }));
}

async function writeSamples(run: string, options: SampleOptions): Promise<void> {
  const [{ fillStates, loadTrained }, { compileSampler }, { executorNamed }, node, png, { writeNamedFile }] =
    await Promise.all([
      import('./load.ts'),
      import('../train/sampling.ts'),
      import('./executors.ts'),
      import('../train/node.ts'),
      import('../base/png.ts'),
      import('./writeNamedFile.ts'),
    ]);
  const warn = (message: string) => void process.stderr.write(`warning: ${message}\n`);
  const { gan, config, checkpoint, path, label } = await loadTrained(run, warn);
  const { info } = checkpoint;
  const { seeds, columns } = layout(options, info.data.kind);
  const labels =
    options.class === undefined
      ? {}
      : { labels: seeds.map(() => classIndex(options.class!, info.data.classes)) };

  const executor = await executorNamed(
    options.executor ?? (info.executor === 'interpreter' ? 'interpreter' : 'onnxruntime'),
  );
  const sampler = await compileSampler(
    executor,
    { gan, config, data: info.data },
    { averaged: !options.live },
  );
  const states = executor.createStates();
  fillStates(states, checkpoint);
  const samples = await sampler.sample({ seeds, psi: options.psi, ...labels }, states);
  await sampler.release();

  const picture = node.samplesPicture(samples, columns === undefined ? {} : { columns });
  const recipe = {
    gan: info.gan,
    data: info.data.name,
    step: info.step,
    seeds: formatSeeds(seeds),
    psi: options.psi,
    ...(options.class === undefined ? {} : { class: options.class }),
    weights: !options.live && keepsAverages(gan, config) ? 'averaged' : 'live',
    checkpoint: resolve(path),
    gansmith: node.packageVersion(),
  };
  const out = options.out ?? `${label}.png`;
  writeNamedFile(out, png.encodePng(picture, { gansmith: JSON.stringify(recipe) }));
  print(
    `${out}: ${seeds.length} samples of ${gan.name} at step ${info.step} (${recipe.weights} weights), seeds ${recipe.seeds}`,
  );
}

const keepsAverages = (gan: AnyGan, config: BaseConfig): boolean =>
  Object.keys(gan.averages?.(config) ?? {}).length > 0;

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

function classIndex(given: string, classes: readonly string[]): number {
  if (classes.length === 0)
    throw new UsageError(`--class ${given}: the data this GAN was trained on have no classes`);
  const index = classes.includes(given) ? classes.indexOf(given) : /^\d+$/.test(given) ? Number(given) : -1;
  if (index >= 0 && index < classes.length) return index;
  const close = nearest(given, classes);
  const range = `the classes are ${classes.slice(0, 20).join(', ')}${classes.length > 20 ? ', ...' : ''}`;
  throw new UsageError(
    `--class: there is no class '${given}'${close ? `; did you mean '${close}'?` : ''} (${range})`,
  );
}
