import { EXIT } from './errors.ts';
import { print } from './output.ts';
import type { SessionReader } from './supervise.ts';

/** Shows a session as JSON, one event a line, and nothing else on standard output. */
export function createJsonReader(): SessionReader {
  const show = (event: object) => print(JSON.stringify(event));
  return {
    event: show,
    progress() {},
    stopping: () => show({ type: 'stopping' }),
    failed({ message, exitCode }) {
      // A request that was wrong never became a run, so there is no stream of events to tell it in.
      if (exitCode !== EXIT.usage) show({ type: 'error', message });
    },
  };
}
