import { describeSystemError } from '../base/node.ts';
import { EXIT, printFailure } from './errors.ts';

let onClosed: () => void = () => process.exit(0);

/** What to do when the reader of a pipe goes away, as `head` does. Until set: end quietly. */
export function whenPipeCloses(action: () => void): void {
  onClosed = action;
}

/** Keeps a closed pipe on standard output or standard error from being an error. */
export function handleClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') return onClosed();
      const failure = { message: `could not print: ${describeSystemError(error)}`, exitCode: EXIT.failed };
      if (stream === process.stdout) printFailure(failure);
      process.exit(failure.exitCode);
    });
  }
}

/** Prints a line on standard output. */
export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}
