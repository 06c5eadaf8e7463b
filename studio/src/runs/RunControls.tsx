import type { RunSummary } from 'gansmith/studio';
import { useState } from 'preact/hooks';
import { Icon } from '../parts/icons.tsx';
import { pathOf, post } from '../server.ts';
import { token } from '../shell/token.ts';

/** Stops a run that the studio trains, or goes on with one that stands still. */
export function RunControls({ run }: { run: RunSummary }) {
  const [problem, setProblem] = useState<string>();
  const [asked, setAsked] = useState(false);
  const allowed = token() !== undefined;
  const ask = async (what: 'stop' | 'resume', body = {}) => {
    setProblem(undefined);
    setAsked(true);
    try {
      await post(pathOf('runs', run.name, what), body);
    } catch (error) {
      setProblem((error as Error).message);
    }
    setAsked(false);
  };
  const running = run.state === 'running';
  const reason = !allowed
    ? 'Open the address that the terminal printed to control runs'
    : running && !run.ours
      ? 'Started elsewhere: press Ctrl-C in its terminal to stop it'
      : undefined;
  return (
    <div class="controls">
      {running ? (
        <button
          type="button"
          class="button"
          disabled={asked || reason !== undefined}
          title={reason}
          onClick={() => ask('stop')}
        >
          <Icon name="pause" /> Stop and save
        </button>
      ) : (
        <>
          {run.state !== 'done' && (
            <button
              type="button"
              class="button"
              disabled={asked || !allowed}
              title={reason}
              onClick={() => ask('resume')}
            >
              <Icon name="play" /> Go on
            </button>
          )}
          <button
            type="button"
            class="button"
            disabled={asked || !allowed}
            title={reason}
            onClick={() => ask('resume', { minutes: 5 })}
          >
            5 minutes more
          </button>
        </>
      )}
      {reason && <span class="soft small reason">{reason}.</span>}
      {problem && (
        <p class="small problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
