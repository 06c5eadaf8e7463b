import { whenPipeCloses } from './output.ts';

/** Whether the user wants an end. */
export interface Interruption {
  asked(): boolean;
  close(): void;
}

/**
 * Ctrl-C, or the end of whoever reads standard output, asks for an end; a second Ctrl-C ends the process as the signal does by itself.
 * @param onAsked called at the first Ctrl-C
 */
export function watchInterruptions(onAsked: () => void): Interruption {
  let asked = false;
  const interrupt = (signal: NodeJS.Signals) => {
    if (asked) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
      return;
    }
    asked = true;
    onAsked();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  whenPipeCloses(() => {
    asked = true;
  });
  return {
    asked: () => asked,
    close() {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
    },
  };
}

/** Thrown where work is given up because the user wants an end. */
export class Interrupted extends Error {
  override name = 'Interrupted';
}

/** Lets signals in between two pieces of work that block the thread. @throws Interrupted when an end was asked for. */
export async function breathe({ asked }: Interruption): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (asked()) throw new Interrupted();
}
