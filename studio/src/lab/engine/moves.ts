import type { Moves, Player } from './protocol.ts';

const LETTERS: Record<Player, string> = { critic: 'c', generator: 'g', both: 'b' };
const PLAYERS: Record<string, Player> = { c: 'critic', g: 'generator', b: 'both' };

/** Moves as text for an address: `120b3c1g`. */
export const movesText = (moves: Moves): string =>
  moves.map(([player, count]) => `${count}${LETTERS[player]}`).join('');

/** Moves, and one more of so many steps. */
export function withMove(moves: Moves, player: Player, count: number): Moves {
  const last = moves.at(-1);
  if (last?.[0] !== player) return [...moves, [player, count]];
  return [...moves.slice(0, -1), [player, last[1] + count]];
}

/** The most moves an address may ask for: a minute or so of steps. */
const MOST_MOVES = 50_000;

export function parseMoves(text: string): Moves {
  let left = MOST_MOVES;
  return [...text.matchAll(/(\d{1,6})([cgb])/g)].map(([, count, letter]) => {
    const allowed = Math.min(Number(count), left);
    left -= allowed;
    return [PLAYERS[letter!]!, allowed] as const;
  });
}
