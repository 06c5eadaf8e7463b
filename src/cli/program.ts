import { Command } from '@commander-js/extra-typings';
import { CommanderError } from 'commander';
import { packageVersion } from '../train/node/machine.ts';
import { addBenchCommand } from './bench.ts';
import { addCompareCommand } from './compare.ts';
import { addDoctorCommand } from './doctor.ts';
import { describeFailure, printFailure } from './errors.ts';
import { addEvalCommand } from './eval.ts';
import { addExploreCommand } from './explore.ts';
import { addExportCommand } from './export.ts';
import { addListCommand } from './list.ts';
import { addResumeCommand } from './resume.ts';
import { addSampleCommand } from './sample.ts';
import { addStudioCommand } from './studio.ts';
import { addTrainCommand } from './train.ts';

/** The command line. Commands load what they need when they run, so that --help answers at once. */
function createProgram(): Command {
  const program = new Command()
    .name('gansmith')
    .description('Train, watch, sample and export generative adversarial networks.')
    .version(packageVersion())
    .showSuggestionAfterError(true)
    .configureOutput({ outputError: () => {} })
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  gansmith list                                         what can be trained, on what
  gansmith train dcgan --data mnist --minutes 2         handwritten digits
  gansmith resume runs/00000-dcgan-mnist --minutes 10   go on
  gansmith doctor runs/00000-dcgan-mnist                what is wrong, and what to change
  gansmith sample runs/00000-dcgan-mnist                a picture of new digits
  gansmith explore interpolate runs/00000-dcgan-mnist   from one digit to the next
  gansmith export runs/00000-dcgan-mnist --out g.onnx   the generator for other programs
  gansmith studio                                       all runs in the browser
  gansmith eval runs/00000-dcgan-mnist                  how good are they? scores against the real digits

Every command has its own --help.`,
    );

  addListCommand(program);
  addTrainCommand(program);
  addResumeCommand(program);
  addDoctorCommand(program);
  addSampleCommand(program);
  addExploreCommand(program);
  addExportCommand(program);
  addEvalCommand(program);
  addCompareCommand(program);
  addBenchCommand(program);
  addStudioCommand(program);
  return program as Command;
}

/**
 * Runs a command to its end, its failure printed and its exit code set.
 * @param args what the user wrote after `gansmith`
 */
export async function runProgram(args: readonly string[]): Promise<void> {
  const program = createProgram();
  try {
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    const failure = describeFailure(error);
    const command = program.commands.find((candidate) => candidate.name() === args[0]);
    if (error instanceof CommanderError)
      failure.message += `\nSee 'gansmith ${command ? `${command.name()} ` : ''}--help'`;
    if (failure.exitCode !== 0) printFailure(failure);
    process.exitCode = failure.exitCode;
  }
}
