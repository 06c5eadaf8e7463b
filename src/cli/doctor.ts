import type { Command } from '@commander-js/extra-typings';
import { movedGanOption, wholeNumber } from './options.ts';

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .summary('say what is wrong with a run, and what to change')
    .description(
      "Look for what usually goes wrong with GANs in a run, finished or still training: read its log, make samples with its newest checkpoint, compare them with its data, and say in words what was found, how sure that is, and which settings help. 'gansmith train' does the same along the way, with what a step and the sample pictures tell.",
    )
    .argument('<run>', 'the folder of a run, such as runs/00000-dcgan-mnist')
    .option('--samples <n>', 'samples to make', wholeNumber('--samples', 100, 100_000), 1000)
    .option(
      '--held-out <source>',
      'real data that were not trained on, to ask the critic about (default: the test part of a set that has one)',
    )
    .addOption(movedGanOption())
    .option('--json', 'print the diagnosis as one line of JSON')
    .addHelpText(
      'after',
      `
Looked for: numbers that are not finite, a critic too strong, a stuck generator, losses near 0.69 in a dead run,
oscillation, full collapse, partial collapse, hopping between modes, memorisation, checkerboard artefacts, an overfitting
critic. The page docs/doctor.md says how each is recognised.

Examples:
  gansmith doctor runs/00000-dcgan-mnist
  gansmith doctor runs/00001-lsgan-photos --held-out folder:./other-photos
  gansmith doctor runs/00000-dcgan-mnist --json | jq '.findings[].words'

The exit code is 0 whenever a diagnosis was made, of a healthy run or not.`,
    )
    .action(async (run, { json = false, ...options }) => {
      const { printDiagnosis } = await import('./diagnoseRun.ts');
      await printDiagnosis(run, { json, ...options });
    });
}
