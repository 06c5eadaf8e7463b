import { CommanderError } from 'commander';
import { GansmithError } from '../base/errors.ts';

/** Exit codes: 0 done, 1 failed or ended by the doctor, 2 the request was wrong, 130 stopped by Ctrl-C. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** An error as it crosses from the training thread to the main one. */
export interface Failure {
  message: string;
  exitCode: number;
  stack?: string | undefined;
}

/** What to tell the user of an error: its message alone when it was meant for them. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure;
  if (error instanceof GansmithError)
    return { message: error.message, exitCode: error.exitCode, stack: error.stack };
  if (error instanceof CommanderError) {
    const message = error.message.replace(/^error: /, '');
    const hint =
      error.code === 'commander.unknownOption' ? '; settings are written key=value, without dashes' : '';
    return { message: `${message}${hint}`, exitCode: error.exitCode === 0 ? EXIT.done : EXIT.usage };
  }
  const text = error instanceof Error ? error.message : String(error);
  return {
    message: `unexpected: ${text.split('\n')[0]}\nThis should not happen. Run it again with GANSMITH_DEBUG=1 to see where it came from`,
    exitCode: EXIT.failed,
    stack: error instanceof Error ? error.stack : undefined,
  };
}

/** Carries a failure that was described elsewhere. */
export class FailureError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** Prints a failure on standard error; where it came from only for those who ask. */
export function printFailure({ message, stack }: Failure): void {
  process.stderr.write(`gansmith: ${message}\n`);
  if (process.env.GANSMITH_DEBUG === '1' && stack) process.stderr.write(`${stack}\n`);
}
