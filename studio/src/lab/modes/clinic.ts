import { signal } from '@preact/signals';
import { createPlayer, type GamePlayer } from '../engine/player.ts';
import type { Setup } from '../engine/protocol.ts';

/** Steps every game makes before any of them goes on. */
const ROUND = 25;

interface Named {
  name: string;
  game: GamePlayer;
}

/** Several games that keep pace with one another, so that one number of steps tells where all are. */
export function createClinic() {
  const running = signal(false);
  /** Steps all games have made. */
  const step = signal(0);
  /** The games, by the names they were configured under. */
  const games = signal<readonly Named[]>([]);
  let generation = 0;

  const reached = (game: GamePlayer, target: number) =>
    new Promise<boolean>((resolve) => {
      const own = generation;
      const stop = game.snapshot.subscribe((snapshot) => {
        if (own === generation && game.pace.peek() !== 'failed' && (snapshot?.step ?? -1) < target) return;
        queueMicrotask(() => stop());
        resolve(own === generation);
      });
    });

  return {
    running,
    step,
    games,
    configure(setups: ReadonlyMap<string, Setup>) {
      generation++;
      running.value = false;
      for (const { game } of games.value) game.end();
      games.value = [...setups].map(([name, setup]) => {
        const game = createPlayer();
        game.configure(setup);
        return { name, game };
      });
      const [first] = setups.values();
      step.value = first?.moves[0]?.[1] ?? 0;
    },
    async round(count = ROUND) {
      const target = step.value + count;
      for (const { game } of games.value) game.move('both', count);
      const all = await Promise.all(games.value.map(({ game }) => reached(game, target)));
      if (all.every(Boolean)) step.value = target;
    },
    async run() {
      const own = generation;
      running.value = true;
      while (running.value && own === generation) await this.round();
    },
    pause() {
      running.value = false;
    },
    end() {
      generation++;
      running.value = false;
      for (const { game } of games.value) game.end();
    },
  };
}
