import { effect, signal } from '@preact/signals';
import { createPlayer, type GamePlayer, type Pace, SLOW } from '../engine/player.ts';
import type { Moves, Player, Progress, Setup } from '../engine/protocol.ts';

/** Steps every game makes before any of them goes on. */
const ROUND = 25;

interface Named {
  name: string;
  game: GamePlayer;
}

export interface ClinicSetup {
  /** What is played, by the names of the games. */
  setups: ReadonlyMap<string, Omit<Setup, 'moves'>>;
  /** Moves that all of them make at once, before the first look. */
  moves: Moves;
}

/** Several games that make the same moves and keep pace with one another, so that one text of moves tells where all are. */
export function createClinic() {
  const pace = signal<Pace>('loading');
  const message = signal('');
  /** Who moved last: shown in slow motion. */
  const mover = signal<Player>();
  /** How far all games are. */
  const snapshot = signal<Omit<Progress, 'losses'>>();
  /** The games, by the names they were configured under. */
  const games = signal<readonly Named[]>([]);
  const generation = signal(0);
  let setup: ClinicSetup | undefined;
  /** Steps asked for since the start. */
  let asked = 0;
  /** Counts what was ordered: running and slow motion end when anything else is. */
  let orders = 0;

  const going = () => games.peek().filter(({ game }) => game.pace.peek() !== 'failed');

  /** Resolves when a game has made so many steps, has failed, or is of no more interest. */
  const reached = (game: GamePlayer, step: number) =>
    new Promise<void>((resolve) => {
      const own = generation.peek();
      const stop = effect(() => {
        const { value: gamePace } = game.pace;
        const isThere = gamePace !== 'loading' && (game.snapshot.value?.step ?? -1) >= step;
        if (own === generation.value && gamePace !== 'failed' && !isThere) return;
        resolve();
        queueMicrotask(() => stop());
      });
    });

  /** Tells how far those games are that were not broken off: as far as the slowest of them. */
  const tell = (rate: number) => {
    const [first, ...others] = going().flatMap(({ game }) => game.snapshot.peek() ?? []);
    if (!first) {
      orders++;
      pace.value = 'failed';
      message.value = 'No run goes on: reset, or change the settings.';
      return;
    }
    const { step, moves } = others.reduce((a, b) => (b.step < a.step ? b : a), first);
    if (pace.peek() === 'loading') pace.value = 'paused';
    snapshot.value = { step, moves, running: pace.peek() === 'running', rate };
  };

  const make = async (player: Player, count: number) => {
    const own = generation.peek();
    asked += count;
    const target = asked;
    const start = performance.now();
    const moving = going();
    for (const { game } of moving) game.move(player, count);
    await Promise.all(moving.map(({ game }) => reached(game, target)));
    if (own === generation.peek()) tell((1000 * count) / (performance.now() - start));
  };

  /** Takes an order; before the games are ready, and when none goes on, there is none to be given. */
  const take = (next: Pace): number | undefined => {
    if (pace.peek() === 'loading' || pace.peek() === 'failed') return undefined;
    pace.value = next;
    mover.value = undefined;
    return ++orders;
  };

  const configure = async (next: ClinicSetup) => {
    setup = next;
    const own = ++generation.value;
    orders++;
    asked = next.moves.reduce((sum, [, count]) => sum + count, 0);
    pace.value = 'loading';
    message.value = '';
    mover.value = undefined;
    const before = new Map(games.peek().map(({ name, game }) => [name, game]));
    games.value = [...next.setups.keys()].map((name) => ({ name, game: before.get(name) ?? createPlayer() }));
    for (const [name, game] of before) if (!next.setups.has(name)) game.end();
    for (const { name, game } of games.value) {
      game.configure({ ...next.setups.get(name)!, moves: next.moves });
    }
    await Promise.all(games.value.map(({ game }) => reached(game, asked)));
    if (own === generation.peek()) tell(0);
  };

  return {
    pace,
    message,
    mover,
    snapshot,
    games,
    configure,
    /** Back to the start of the setup, without moves. */
    reset() {
      if (setup) void configure({ ...setup, moves: [] });
    },
    move(player: Player, count = 1) {
      if (take('paused') !== undefined) void make(player, count);
    },
    async run() {
      const own = take('running');
      while (own !== undefined && own === orders) await make('both', ROUND);
    },
    async slow() {
      const own = take('slow');
      for (let player: Player = 'critic'; own !== undefined && own === orders; ) {
        mover.value = player;
        await make(player, 1);
        await new Promise((resolve) => setTimeout(resolve, SLOW));
        player = player === 'critic' ? 'generator' : 'critic';
      }
    },
    pause() {
      if (take('paused') !== undefined) tell(0);
    },
    end() {
      generation.value++;
      orders++;
      for (const { game } of games.peek()) game.end();
    },
  };
}
