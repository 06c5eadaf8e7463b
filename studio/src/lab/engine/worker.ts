import { isRuntimeThread } from '../../parts/workerScope.ts';
import { type Game, openGame, replay } from './game.ts';
import type { Answer, Request } from './protocol.ts';

/** Milliseconds of steps between looks at the messages. */
const SLICE = 12;
/** Milliseconds between pictures while running: what is drawn more often takes time from learning. */
const LOOK = 40;

const scope = globalThis as unknown as {
  onmessage: (event: { data: Request }) => void;
  postMessage(answer: Answer, transfer: Transferable[]): void;
};

let id = 0;
let game: Game | undefined;
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
  last = last.then(() => handle(request)).catch(fail);
};
if (!isRuntimeThread) scope.onmessage = onMessage;

async function handle(request: Request): Promise<void> {
  if (request.type === 'configure') {
    if (request.id !== id) return;
    await game?.end();
    game = undefined;
    const opened = await openGame(request.setup);
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
    if (drawn && performance.now() - shown > LOOK) await show();
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
  const snapshot = { ...(await game.look()), running, rate };
  drawn = false;
  shown = performance.now();
  const { generated, made, pull, map, net, weights, losses } = snapshot;
  const arrays = [generated, made, pull, map, net, weights, losses];
  scope.postMessage(
    { type: 'snapshot', id, snapshot },
    arrays.map(({ buffer }) => buffer as ArrayBuffer),
  );
}

function fail(error: unknown): void {
  running = false;
  scope.postMessage(
    { type: 'failed', id, message: error instanceof Error ? error.message : String(error) },
    [],
  );
}
