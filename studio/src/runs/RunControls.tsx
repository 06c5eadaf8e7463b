import type { RunSummary } from 'gansmith/studio';
import { Icon } from '../parts/icons.tsx';
import { pathOf } from '../server.ts';
import { useAsking } from './useAsking.ts';

/** Holds or stops a run that trains, here or in a terminal, or goes on with one that stands still. */
export function RunControls({ run }: { run: RunSummary }) {
  const { ask, problem, refusal } = useAsking();
  const isHeld = run.state === 'paused';
  const isTraining = isHeld || run.state === 'running';
  const button = (icon: 'pause' | 'play' | 'stop' | undefined, text: string, what: string, body = {}) => (
    <button
      type="button"
      class="button"
      disabled={refusal !== undefined}
      title={refusal}
      onClick={() => ask(pathOf('runs', run.name, what), body)}
    >
      {icon && <Icon name={icon} />} {text}
    </button>
  );
  return (
    <div class="controls">
      {isTraining ? (
        <>
          {isHeld
            ? button('play', 'Go on', 'control', { pause: false })
            : button('pause', 'Pause', 'control', { pause: true })}
          {button('stop', 'Stop and save', 'stop')}
        </>
      ) : (
        <>
          {run.state !== 'done' && button('play', 'Go on', 'resume')}
          {button(undefined, '5 minutes more', 'resume', { minutes: 5 })}
        </>
      )}
      {refusal && <span class="soft small reason">{refusal}.</span>}
      {problem && (
        <p class="small problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
