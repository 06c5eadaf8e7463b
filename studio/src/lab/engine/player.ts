import { batch, signal } from '@preact/signals';
import type { Answer, Measure, Moves, Player, Progress, Request, Setup, Snapshot } from './protocol.ts';

/** How a game is driven at the moment. */
export type Pace = 'loading' | 'paused' | 'running' | 'slow' | 'failed';

/** Milliseconds a player's move is shown in slow motion. */
export const SLOW = 1100;

const startWorker = () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });

/** A worker that nobody plays in yet. */
let ready: Worker | undefined;

/** Starts the worker of the next game at once, so that it loads beside the page's own scripts. */
export function prepareGame(): void {
  ready ??= startWorker();
}

/** The game of most experiments, in a worker. */
export function createPlayer() {
  const worker = ready ?? startWorker();
  ready = undefined;
  return playIn<Setup, Snapshot>(worker);
}

/** A game in a worker, as the page sees it. */
export function playIn<S extends { moves: Moves }, T extends Progress>(worker: Worker) {
  const ask = (request: Request<S>) => worker.postMessage(request);
  const pace = signal<Pace>('loading');
  const snapshot = signal<T>();
  /** What went wrong; while loading, what takes its time. */
  const message = signal('');
  /** Who moved last: shown in slow motion. */
  const mover = signal<Player>();
  let id = 0;
  let real = new Float32Array();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let setup: S | undefined;
  let history = emptyHistory();

  worker.onmessage = ({ data }: MessageEvent<Answer<T>>) => {
    if (data.id !== id) return;
    if (data.type === 'failed') {
      pace.value = 'failed';
      message.value = data.message;
      return;
    }
    if (data.type === 'doing') {
      message.value = data.what;
      return;
    }
    const { real: sent, measures = [] }: Partial<Snapshot> = data.snapshot;
    if (sent) real = sent as Float32Array<ArrayBuffer>;
    for (const loss of data.snapshot.losses) history.losses.push(loss);
    history.measures.push(...measures);
    batch(() => {
      if (pace.value === 'loading') pace.value = 'paused';
      snapshot.value = data.snapshot;
    });
    // The next one is made when this one is on the screen.
    requestAnimationFrame(() => ask({ type: 'drawn' }));
  };

  const pause = () => {
    clearTimeout(timer);
    if (pace.value !== 'running' && pace.value !== 'slow') return;
    pace.value = 'paused';
    mover.value = undefined;
    ask({ type: 'pause' });
  };
  const slowly = (player: 'critic' | 'generator') => {
    mover.value = player;
    ask({ type: 'move', player, count: 1 });
    timer = setTimeout(() => slowly(player === 'critic' ? 'generator' : 'critic'), SLOW);
  };

  return {
    pace,
    snapshot,
    message,
    mover,
    history: () => history,
    real: () => real,
    configure(next: S) {
      clearTimeout(timer);
      setup = next;
      id++;
      history = emptyHistory();
      pace.value = 'loading';
      message.value = '';
      mover.value = undefined;
      ask({ type: 'configure', id, setup: next });
    },
    /** Back to the start of the setup, without moves. */
    reset() {
      if (setup) this.configure({ ...setup, moves: [] });
    },
    move(player: Player, count = 1) {
      pause();
      ask({ type: 'move', player, count });
    },
    run() {
      clearTimeout(timer);
      pace.value = 'running';
      mover.value = undefined;
      ask({ type: 'run' });
    },
    slow() {
      if (pace.value === 'running') ask({ type: 'pause' });
      clearTimeout(timer);
      pace.value = 'slow';
      slowly('critic');
    },
    pause,
    end() {
      clearTimeout(timer);
      worker.terminate();
    },
  };
}

export type GamePlayer = ReturnType<typeof createPlayer>;
/** What there is of every game, whatever its snapshots show. */
export type AnyPlayer = ReturnType<typeof playIn<{ moves: Moves }, Progress>>;

export interface History {
  /** Step, critic's loss, generator's loss, in turn. */
  losses: number[];
  measures: Measure[];
}

const emptyHistory = (): History => ({ losses: [], measures: [] });
