import { Option } from '@commander-js/extra-typings';
import { realNumber, wholeNumber } from './options.ts';

/** The three ways to say when a run ends; only one may be given. */
export const stopOptions = (minutesText: string) =>
  [
    new Option('--steps <n>', 'stop after so many steps, counted from the beginning of the run')
      .argParser(wholeNumber('--steps', 1))
      .conflicts(['kimg', 'minutes']),
    new Option(
      '--kimg <k>',
      'stop after so many thousand images, counted from the beginning of the run as batch x micro-batches per step ' +
        '(a critic with several updates per step sees more)',
    )
      .argParser(realNumber('--kimg', { above: 0 }))
      .conflicts(['steps', 'minutes']),
    new Option('--minutes <m>', minutesText)
      .argParser(realNumber('--minutes', { above: 0 }))
      .conflicts(['steps', 'kimg']),
  ] as const;
