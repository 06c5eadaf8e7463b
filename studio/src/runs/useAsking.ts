import { useRef, useState } from 'preact/hooks';
import { post } from '../server.ts';
import { token } from '../shell/token.ts';

export interface Asking {
  /** Asks the server for a change. @returns whether it was granted */
  ask(path: string, body: object): Promise<boolean>;
  /** Why the last change was refused. */
  problem: string | undefined;
  /** Why no change can be asked for here. */
  refusal: string | undefined;
}

/** Asks for changes, one at a time, and keeps what went wrong. */
export function useAsking(): Asking {
  const [problem, setProblem] = useState<string>();
  const asking = useRef(false);
  const ask = async (path: string, body: object) => {
    // Not by disabling what was pressed, from which the keyboard's focus would be lost.
    if (asking.current) return false;
    asking.current = true;
    setProblem(undefined);
    try {
      await post(path, body);
      return true;
    } catch (error) {
      setProblem((error as Error).message);
      return false;
    } finally {
      asking.current = false;
    }
  };
  const refusal =
    token() === undefined ? 'Open the address that the terminal printed to control runs' : undefined;
  return { ask, problem, refusal };
}
