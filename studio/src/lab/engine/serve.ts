import { isRuntimeThread } from '../../parts/workerScope.ts';
import type { Answer, Moves, Player, Progress, Request } from './protocol.ts';

/** A GAN in training that can be stepped and looked at. */
export interface Game<T> {
  step(player: Player): Promise<void>;
  /** What has changed since the last look. */
  look(): Promise<T>;
  end(): Promise<void>;
}

/** What a look tells of itself; how a game is driven is added to it. */
type Looked<T extends Progress> = Omit<T, 'running' | 'rate'>;

interface Served<S, T extends Progress> {
  /** Opens a game; may tell what takes its time. */
  open(setup: S, tell: (what: string) => void): Promise<Game<Looked<T>>>;
  /** Milliseconds between pictures while running: what is drawn more often takes time from learning. */
  every: number;
}

/** Milliseconds of steps between looks at the messages. */
const SLICE = 12;

/** Makes a worker of this script: it plays one game after another, as the page asks. */
export function serve<S extends { moves: Moves }, T extends Progress>({ open, every }: Served<S, T>): void {
  const scope = globalThis as unknown as {
    onmessage: (event: { data: Request<S> }) => void;
    postMessage(answer: Answer<T>, transfer: Transferable[]): void;
  };

  let id = 0;
  let game: Game<Looked<T>> | undefined;
  let running = false;
  let drawn = true;
  let rate = 0;
  /** When the last picture was made. */
  let shown = 0;
  /** Requests are handled one after another; a new setup makes those before it stale. */
  let last: Promise<void> = Promise.resolve();

  const onMessage: typeof scope.onmessage = ({ data: request }) => {
    if (request.type === 'drawn') {
      drawn = true;
      return;
    }
    if (request.type === 'configure') id = request.id;
    running = request.type === 'run';
    const own = id;
    last = last.then(() => handle(request)).catch((error) => fail(error, own));
  };
  async function handle(request: Request<S>): Promise<void> {
    if (request.type === 'configure') {
      if (request.id !== id) return;
      await game?.end();
      game = undefined;
      const tell = (what: string) => scope.postMessage({ type: 'doing', id: request.id, what }, []);
      const opened = await open(request.setup, tell);
      await replay(opened, request.setup.moves, () => request.id === id);
      if (request.id !== id) return opened.end();
      game = opened;
      rate = 0;
      await show();
    } else if (request.type === 'move') {
      for (let i = 0; game && i < request.count; i++) await game.step(request.player);
      await show();
    } else if (request.type === 'run') {
      await run();
    } else if (request.type === 'pause') {
      await show();
    }
  }

  async function run(): Promise<void> {
    const own = id;
    while (running && game && own === id) {
      const start = performance.now();
      let steps = 0;
      while (running && performance.now() - start < SLICE) {
        await game.step('both');
        steps++;
      }
      const now = (1000 * steps) / (performance.now() - start);
      rate = rate === 0 ? now : 0.9 * rate + 0.1 * now;
      if (drawn && performance.now() - shown > every) await show();
      // Lets messages in.
      await breathe();
    }
  }

  const channel = new MessageChannel();
  const breathe = () =>
    new Promise<void>((resolve) => {
      channel.port1.onmessage = () => resolve();
      channel.port2.postMessage(0);
    });

  async function show(): Promise<void> {
    if (!game) return;
    const snapshot = { ...(await game.look()), running, rate } as unknown as T;
    drawn = false;
    shown = performance.now();
    const arrays = Object.values(snapshot).filter((value) => ArrayBuffer.isView(value));
    scope.postMessage(
      { type: 'snapshot', id, snapshot },
      arrays.map(({ buffer }) => buffer as ArrayBuffer),
    );
  }

  /** Tells what went wrong in a game; a newer one has nothing to do with it. */
  function fail(error: unknown, own: number): void {
    if (own === id) running = false;
    const message = error instanceof Error ? error.message : String(error);
    scope.postMessage({ type: 'failed', id: own, message }, []);
  }

  if (!isRuntimeThread) scope.onmessage = onMessage;
}

/** Makes all the moves of a setup. */
async function replay(
  game: Pick<Game<unknown>, 'step'>,
  moves: Moves,
  isWanted: () => boolean,
): Promise<void> {
  for (const [player, count] of moves) {
    for (let i = 0; i < count && isWanted(); i++) await game.step(player);
  }
}
