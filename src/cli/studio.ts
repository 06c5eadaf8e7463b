import type { Command } from '@commander-js/extra-typings';
import { wholeNumber } from './options.ts';

export function addStudioCommand(program: Command): void {
  program
    .command('studio')
    .summary('watch and compare runs in the browser')
    .description(
      'Serve the studio to a browser on this machine: watch runs, compare them, start and stop them. Nothing leaves the machine.',
    )
    .option('--runs <folder>', 'the folder that holds the folders of runs', 'runs')
    .option(
      '--port <n>',
      'where to listen (default: 4810, or the next that is free)',
      wholeNumber('--port', 0, 65535),
    )
    .option('--no-open', 'print the address and open no browser')
    .addHelpText(
      'after',
      `
Examples:
  gansmith studio
  gansmith studio --runs experiments/runs --no-open

The address that is printed carries a token, without which the studio shows runs but changes nothing.
Ctrl-C ends the studio; a run that it trains finishes its step and saves first.`,
    )
    .action(async ({ runs, port, open }) => {
      const { runStudio } = await import('./studio/run.ts');
      await runStudio({ runs, port, open });
    });
}
