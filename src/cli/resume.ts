import type { Command } from '@commander-js/extra-typings';
import { doctorOption, movedGanOption, profileOption } from './options.ts';
import { stopOptions } from './stopOptions.ts';

export function addResumeCommand(program: Command): void {
  const [steps, kimg, minutes] = stopOptions('go on for so many minutes from now');
  program
    .command('resume')
    .summary('go on with a run exactly where it stopped')
    .description(
      'Go on with a run from its last checkpoint, with the same settings, data, seed, threads, executor and precision, to ' +
        'the very bits the run would have reached without the interruption. Without an option it goes on to its planned end.',
    )
    .argument('<run>', 'the folder of a run, such as runs/00000-dcgan-mnist')
    .addOption(steps)
    .addOption(kimg)
    .addOption(minutes)
    .addOption(movedGanOption())
    .addOption(doctorOption())
    .addOption(profileOption())
    .option('--json', 'print events as JSON, one a line, and nothing else')
    .addHelpText(
      'after',
      `
Examples:
  gansmith resume runs/00000-dcgan-mnist               to its planned end
  gansmith resume runs/00000-dcgan-mnist --steps 5000  until step 5000 of the whole run
  gansmith resume runs/00000-dcgan-mnist --minutes 10  ten more minutes`,
    )
    .action(async (run, { json = false, ...options }) => {
      const { watch } = await import('./watch.ts');
      await watch({ kind: 'resume', request: { run, ...options } }, json);
    });
}
