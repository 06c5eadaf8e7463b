import { type Command, Option } from '@commander-js/extra-typings';
import { EXECUTORS } from './executors.ts';
import { gridSize, movedGanOption, realNumber, seedList } from './options.ts';

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
      '--truncation <t>',
      "draw numbers of a Gaussian latent beyond t standard deviations again (BigGAN's truncation trick)",
      realNumber('--truncation', { above: 0 }),
    )
    .option(
      '--grid <columns>x<rows>',
      'layout of the images (default: 8x8, or a square for --seeds)',
      gridSize,
    )
    .option('--out <file>', 'where the PNG goes (default: named after the run and its step)')
    .addOption(movedGanOption())
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
    .action(async (run, { live = false, ...options }) => {
      const { writeSamples } = await import('./writeSamples.ts');
      await writeSamples(run, { live, ...options });
    });
}
