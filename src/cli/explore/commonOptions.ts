import { type Command, Option } from '@commander-js/extra-typings';
import { EXECUTORS } from '../executors.ts';
import { movedGanOption, realNumber, wholeNumber } from '../options.ts';
import { placeList } from './lists.ts';

/** A command on a run, with the options that all have. */
export const onRun = (explore: Command, name: string, summary: string) =>
  explore
    .command(name)
    .summary(summary)
    .argument('<run>', 'the folder of a run (its newest checkpoint), or a checkpoint file')
    .option('--class <name>', 'of a conditional GAN: a class by name or number')
    .option('--out <file>', 'where the PNG goes (default: named after the run, its step and the command)')
    .addOption(movedGanOption())
    .option('--live', 'use the weights as trained instead of their average')
    .addOption(new Option('--executor <name>', 'what runs the generator').choices(EXECUTORS));

export const psi = () =>
  new Option('--psi <p>', 'truncation: below 1 pulls pictures towards the typical one').argParser(
    realNumber('--psi', { from: 0 }),
  );
/** The most pictures, layers or directions that are asked for. */
export const MOST = 1000;
/** A reader of a number of at least two. */
export const several = (option: string) => wholeNumber(option, 2, MOST);

/** An option of seeds and files, with its default as a user would write it. */
export const places = <Flags extends string>(flags: Flags, description: string, standard: string) => {
  const read = placeList(flags.split(' ')[0]!);
  return new Option(flags, description).argParser(read).default(read(standard), standard);
};
