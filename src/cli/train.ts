import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Command, Option } from '@commander-js/extra-typings';
import { UsageError } from '../base/errors.ts';
import { PRECISIONS } from '../onnx/graph.ts';
import { evalOption } from './evalOption.ts';
import { EXECUTORS } from './executors.ts';
import { doctorOption, parseSettings, profileOption, realNumber, wholeNumber } from './options.ts';
import type { TrainRequest } from './prepare.ts';
import { stopOptions } from './stopOptions.ts';

export function addTrainCommand(program: Command): void {
  const [steps, kimg, minutes] = stopOptions('stop after so many minutes of training (default: 5)');
  program
    .command('train')
    .summary('train a GAN on images or points')
    .description(
      'Train a GAN. Everything the run makes lies in one folder below --out, and it can be resumed exactly.',
    )
    .argument('<gan>', "a system of 'gansmith list', or a file with one of your own")
    .argument('[settings...]', 'settings of the GAN as key=value, such as lr=1e-4 or preset=small')
    .option(
      '--data <source>',
      'mnist, folder:DIR, zip:FILE, idx:DIR, ring, grid, ... (default: one that suits the GAN)',
    )
    .addOption(steps)
    .addOption(kimg)
    .addOption(minutes)
    .option('--batch <n>', 'examples in a step; the same as batch=N', wholeNumber('--batch', 1))
    .option('--size <pixels>', 'width and height images are brought to', wholeNumber('--size', 8, 1024))
    .addOption(new Option('--channels <n>', '1 for grey, 3 for colour').choices(['1', '3'] as const))
    .option('--seed <n>', 'every random number follows from it', wholeNumber('--seed', 0), 0)
    .option('--threads <n>', 'threads of the runtime (default: all cores)', wholeNumber('--threads', 1, 1024))
    .option(
      '--accumulate <n>',
      'micro-batches summed before an update',
      wholeNumber('--accumulate', 1, 65536),
      1,
    )
    .addOption(
      new Option('--executor <name>', 'what runs the steps; webgpu is the graphics processor')
        .choices(EXECUTORS)
        .default('onnxruntime' as const),
    )
    .addOption(
      new Option(
        '--precision <type>',
        'what products are computed in; float16 is for graphics processors that have it',
      )
        .choices(PRECISIONS)
        .default('float32' as const),
    )
    .option('--sample-every <n>', 'steps between pictures', wholeNumber('--sample-every', 1), 250)
    .option('--checkpoint-every <n>', 'steps between checkpoints', wholeNumber('--checkpoint-every', 1), 500)
    .addOption(doctorOption())
    .addOption(evalOption())
    .addOption(profileOption())
    .option(
      '--tune <seconds>',
      'measure for so long how operations are written fastest on this machine; what is found is kept for later runs, ' +
        'which measure only what is new to them; 0 leaves each operation to its usual form',
      realNumber('--tune', { from: 0 }),
      2,
    )
    .option(
      '--from <run>',
      'begin with the weights of another run, of its newest checkpoint or of a checkpoint file, as far as they fit',
    )
    .option('--out <folder>', 'where the folder of the run is made', 'runs')
    .option('--json', 'print events as JSON, one a line, and nothing else')
    .option('--dry-run', 'print the resolved configuration and write nothing')
    .addHelpText(
      'after',
      `
Examples:
  gansmith train dcgan --data mnist --minutes 2
  gansmith train dcgan --data folder:./photos --size 64 --kimg 500 width=96
  gansmith train wgan-gp --data ring --steps 5000 lambda=1
  gansmith train ./my-gan.ts --data zip:./faces.zip --seed 7
  gansmith train dcgan --data mnist --steps 100 --profile
  gansmith train gan --data ring --doctor stop
  gansmith train dcgan --data mnist --eval every=1000 metrics=fd,pr
  gansmith train gan preset=2014 --dry-run

The form of every operation is kept in run.json, so that 'gansmith resume' comes to the same bits; two runs come to the
same bits where they found the same forms kept, or with --tune 0.

Ctrl-C finishes the step, saves and exits with code 130; 'gansmith resume' goes on from there.`,
    )
    .action(async (gan, words, options) => {
      const { json = false, dryRun = false, batch, channels, ...rest } = options;
      const { withBatch } = await import('./prepare.ts');
      const request: TrainRequest = {
        gan,
        ...rest,
        channels: channels === undefined ? undefined : channels === '1' ? 1 : 3,
        settings: withBatch(parseSettings(words), batch),
      };
      if (dryRun) {
        const { printPlan } = await import('./printPlan.ts');
        return printPlan(request, json);
      }
      checkOut(request.out);
      const { watch } = await import('./watch.ts');
      await watch({ kind: 'train', request }, json);
    });
}

/** A place where no folder can be made is told before minutes go into data and compilation. */
function checkOut(out: string): void {
  let folder = resolve(out);
  while (!existsSync(folder)) folder = dirname(folder);
  if (!statSync(folder).isDirectory()) {
    throw new UsageError(`--out ${out}: ${folder} is a file, not a folder; choose another place`);
  }
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw new UsageError(`--out ${out}: nothing may be written in ${folder}; choose another place`);
  }
}
