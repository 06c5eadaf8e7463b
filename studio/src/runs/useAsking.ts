import { useState } from 'preact/hooks';
import { post } from '../server.ts';
import { token } from '../shell/token.ts';

export interface Asking {
  /** Asks the server for a change. @returns whether it was granted */
  ask(path: string, body: object): Promise<boolean>;
  asking: boolean;
  /** Why the last change was refused. */
  problem: string | undefined;
  /** Why no change can be asked for here. */
  refusal: string | undefined;
}

/** Asks for changes, one at a time, and keeps what went wrong. */
export function useAsking(): Asking {
  const [problem, setProblem] = useState<string>();
  const [asking, setAsking] = useState(false);
  const ask = async (path: string, body: object) => {
    setProblem(undefined);
    setAsking(true);
    try {
      await post(path, body);
      return true;
    } catch (error) {
      setProblem((error as Error).message);
      return false;
    } finally {
      setAsking(false);
    }
  };
  const refusal =
    token() === undefined ? 'Open the address that the terminal printed to control runs' : undefined;
  return { ask, asking, problem, refusal };
}
