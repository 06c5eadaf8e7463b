import { type Command, Option } from '@commander-js/extra-typings';
import { EXECUTORS } from './executors.ts';
import { realNumber, wholeNumber } from './options.ts';

const MOST_TRIALS = 1000;

export function addBenchCommand(program: Command): void {
  const bench = program
    .command('bench')
    .summary('train on small benchmarks, and compare with published numbers')
    .description('Train GANs on small benchmarks and print their scores beside published ones.');
  addModesCommand(bench as Command);
  addDamageCommand(bench as Command);
  addSystemsCommand(bench as Command);
}

function addModesCommand(bench: Command): void {
  bench
    .command('modes')
    .summary('does a GAN find all modes? points and stacked digits')
    .description(
      'Train GANs on data whose modes are known, count which of them the samples find, and print the scores beside published ' +
        'ones, beside those of real samples, and beside what a perfect sampler scores.',
    )
    .argument(
      '[data...]',
      'ring, grid, swiss-roll, two-gaussians, stacked-mnist, stacked-mnist-tiny (default: ring and grid)',
    )
    .option(
      '--seeds <n>',
      'trials of each system, on so many seeds',
      wholeNumber('--seeds', 1, MOST_TRIALS),
      1,
    )
    .option('--first-seed <n>', 'the first of these seeds', wholeNumber('--first-seed', 0), 0)
    .option('--systems <names>', 'only these, such as gan,best (default: all of the protocol)')
    .option(
      '--protocol <name>',
      "'quick' for about a minute a trial, or the paper whose recipe is run in full: pacgan; veegan, unrolled for stacked digits",
      'quick',
    )
    .option('--steps <n>', 'iterations of a trial, if other than the recipe says', wholeNumber('--steps', 1))
    .option(
      '--minutes <n>',
      'cut a trial after so long (default: 5, and for the recipe of a paper never)',
      realNumber('--minutes', { above: 0 }),
    )
    .option('--threads <n>', 'threads of the runtime', wholeNumber('--threads', 1, 1024), 1)
    .addOption(
      new Option('--executor <name>', 'what runs the steps')
        .choices(EXECUTORS)
        .default('onnxruntime' as const),
    )
    .option('--out <folder>', 'where results, recipes and plots are kept', 'benchmarks/modes')
    .option('--json', 'print one line of JSON a trial, and nothing else')
    .addHelpText(
      'after',
      `
Examples:
  gansmith bench modes                                  ring and grid, all systems, one seed
  gansmith bench modes ring --systems gan,best --seeds 3
  gansmith bench modes swiss-roll two-gaussians         scored by Wasserstein distances
  gansmith bench modes stacked-mnist --protocol veegan --systems best --minutes 110 --threads 2
  gansmith bench modes ring --protocol pacgan --systems pacgan2
                                                        400,000 iterations, as in the paper: hours

How to read the table: 'modes' counts the modes with a sample within three standard deviations, 'high quality' is the
share of samples that lie so close to one (98.9 % of true ones in the plane), 'reverse KL' says how unevenly the modes
are met, and 'spread' is the width of a mode in the samples over its true width: near 0 when a mode became a dot.
A plain GAN drops modes; look at its plot.

Every finished trial is kept in the folder --out: results.jsonl, recipe.json, and a plot for the first seed. Trials that
are there already, of the same recipe, are not trained again; after Ctrl-C the same command goes on.`,
    )
    .action(async (data, { json = false, ...options }) => {
      const { benchModes } = await import('./benchModes.ts');
      await benchModes({ data, json, ...options });
    });
}

/** Half of the digits for tests: the other half is what is held out. */
const MOST_SPOILED = 5000;

function addDamageCommand(bench: Command): void {
  bench
    .command('damage')
    .summary('do the metrics react to damage? digits spoiled in five ways')
    .description(
      'Spoil real test digits by blur, noise, dropped classes, duplicates and copies of training digits, more and more, and print ' +
        'what every metric makes of it, as a table in Markdown. Ends with code 1 when one does not get worse.',
    )
    .option('--features <name>', 'mnist, self, ...', 'mnist')
    .option('--samples <n>', 'digits', wholeNumber('--samples', 200, MOST_SPOILED), MOST_SPOILED)
    .option(
      '--training <n>',
      'training digits they are compared with',
      wholeNumber('--training', 200, 60_000),
      20_000,
    )
    .option('--only <kinds>', 'such as blur,duplicates (default: all five)')
    .option('--threads <n>', 'threads of the runtime (default: all cores)', wholeNumber('--threads', 1, 1024))
    .option('--json', 'print one line of JSON a row, and nothing else')
    .action(async ({ json = false, ...options }) => {
      const { benchDamage } = await import('./benchDamage.ts');
      await benchDamage({ json, ...options });
    });
}

function addSystemsCommand(bench: Command): void {
  bench
    .command('systems')
    .summary('all systems on MNIST for the same time, scored')
    .description(
      'Train every system on MNIST for the same time with its own settings, and print Frechet distance, precision, recall, modes ' +
        'and sliced Wasserstein distance of its samples, as a table in Markdown. Time is that of the processor, so a machine ' +
        'that is busy otherwise is fair to all.',
    )
    .option(
      '--minutes <m>',
      'processor time of training for each system',
      realNumber('--minutes', { above: 0 }),
      10,
    )
    .option('--data <source>', 'images to learn', 'mnist')
    .option('--systems <names>', 'only these, such as dcgan,r3gan')
    .option('--samples <n>', 'samples scored', wholeNumber('--samples', 100, 100_000), 10_000)
    .option('--seed <n>', 'of training and of samples', wholeNumber('--seed', 0, 1_000_000), 0)
    .option(
      '--threads <n>',
      'threads of the runtime; the time of all of them counts',
      wholeNumber('--threads', 1, 1024),
      1,
    )
    .option('--out <folder>', 'where results are kept', 'benchmarks/systems')
    .option('--json', 'print one line of JSON a system, and nothing else')
    .addHelpText(
      'after',
      `
Systems that grow to powers of two learn the digits padded from 28 to 32 pixels, and their samples are cropped again.
Every system that is done is kept in the folder --out; after Ctrl-C the same command goes on with the others.`,
    )
    .action(async ({ json = false, ...options }) => {
      const { benchSystems } = await import('./benchSystems.ts');
      await benchSystems({ json, ...options });
    });
}
