import { useEffect } from 'preact/hooks';
import { Icon } from '../../parts/icons.tsx';
import type { AnyPlayer } from '../engine/player.ts';
import type { Player, Progress } from '../engine/protocol.ts';

/** What of a game is driven here. */
export type Driven = Pick<
  AnyPlayer,
  'pace' | 'mover' | 'message' | 'run' | 'pause' | 'slow' | 'move' | 'reset'
> & {
  snapshot: { readonly value: Pick<Progress, 'step' | 'rate'> | undefined };
};

interface ControlsProps {
  game: Driven;
  /** Steps of both that a further button makes at once. */
  many?: number;
  /** What is said of who moved in slow motion; where there is but one way to move, of that alone. */
  moved?: Readonly<Partial<Record<Player, string>>>;
}

/** Drives a game: one player, both, running, slow motion, back to the start. Space runs and pauses, → steps, R resets. */
export function Controls({ game, many, moved = MOVED }: ControlsProps) {
  const pace = game.pace.value;
  const mover = game.mover.value;
  const loading = pace === 'loading' || pace === 'failed';
  const toggle = () => (pace === 'running' ? game.pause() : game.run());
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const { tagName } = event.target as HTMLElement;
      const busy = /^(INPUT|SELECT|TEXTAREA|BUTTON|A|SUMMARY|CANVAS)$/.test(tagName);
      if (busy || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === ' ') toggle();
      else if (event.key === 'ArrowRight') game.move('both', event.shiftKey ? 10 : 1);
      else if (event.key === 'r') game.reset();
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  });
  return (
    <div class="lab-bar" role="toolbar" aria-label="Training">
      <button type="button" class="button main" disabled={loading} onClick={toggle}>
        <Icon name={pace === 'running' ? 'pause' : 'play'} />
        {pace === 'running' ? 'Pause' : 'Run'}
      </button>
      {'critic' in moved ? (
        <span class="joined">
          <button
            type="button"
            class={`button critic ${mover === 'critic' ? 'moved' : ''}`}
            disabled={loading}
            onClick={() => game.move('critic')}
          >
            Step critic
          </button>
          <button
            type="button"
            class={`button generator ${mover === 'generator' ? 'moved' : ''}`}
            disabled={loading}
            onClick={() => game.move('generator')}
          >
            Step generator
          </button>
          <button type="button" class="button" disabled={loading} onClick={() => game.move('both')}>
            Step both
          </button>
        </span>
      ) : (
        <button type="button" class="button" onClick={() => game.move('both')}>
          Step
        </button>
      )}
      {many !== undefined && (
        <button type="button" class="button" disabled={loading} onClick={() => game.move('both', many)}>
          {many} steps
        </button>
      )}
      <button
        type="button"
        class="button"
        disabled={loading}
        aria-pressed={pace === 'slow'}
        onClick={() => (pace === 'slow' ? game.pause() : game.slow())}
      >
        Slow motion
      </button>
      <button type="button" class="button" disabled={pace === 'loading'} onClick={() => game.reset()}>
        Reset
      </button>
      <StepCount game={game} moved={moved} />
    </div>
  );
}

/** What a player does in its move, for slow motion. */
const MOVED: Record<Player, string> = {
  critic: 'the critic moves: up where points are real, down where they are generated',
  generator: 'the generator moves: its points go where the critic rises',
  both: 'both move',
};

function StepCount({ game, moved }: { game: Driven; moved: NonNullable<ControlsProps['moved']> }) {
  const pace = game.pace.value;
  const snapshot = game.snapshot.value;
  if (pace === 'failed')
    return (
      <span class="step small" role="alert">
        {game.message.value}
      </span>
    );
  if (!snapshot || (pace === 'loading' && game.message.value))
    return (
      <span class="step small soft" role="status">
        {game.message.value || 'Loading'}…
      </span>
    );
  const mover = game.mover.value;
  const words =
    pace === 'running' ? `${Math.round(snapshot.rate)} steps a second` : mover ? moved[mover] : 'at rest';
  return (
    <span class="step small">
      Step <strong data-step={snapshot.step}>{snapshot.step.toLocaleString('en')}</strong>
      <span class="soft"> · {words}</span>
    </span>
  );
}
