import type { TrainEvent } from 'gansmith';
import type { Moves, Player } from './protocol.ts';

/** The networks that learn in a move: all, where none are named. */
export const TRAINED: Record<Player, readonly string[] | undefined> = {
  critic: ['D'],
  generator: ['G'],
  both: undefined,
};

/** Whose move it is, and the moves so far. */
export function createTurns() {
  const moves: [Player, number][] = [];
  return {
    take(player: Player) {
      const last = moves.at(-1);
      if (last?.[0] === player) last[1]++;
      else moves.push([player, 1]);
    },
    player: (): Player => moves.at(-1)?.[0] ?? 'both',
    /** A copy, to be sent. */
    moves: (): Moves => moves.map(([player, count]) => [player, count] as const),
  };
}

/** Runs the loop up to its next event of a kind. */
export async function nextOf<T extends TrainEvent['type']>(
  events: AsyncGenerator<TrainEvent, void, undefined>,
  type: T,
): Promise<Extract<TrainEvent, { type: T }>> {
  for (;;) {
    const { value, done } = await events.next();
    if (done) throw new Error('the run has ended');
    if (value.type === type) return value as Extract<TrainEvent, { type: T }>;
  }
}
