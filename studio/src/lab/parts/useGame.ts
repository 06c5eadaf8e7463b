import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { movesText, parseMoves } from '../engine/moves.ts';
import { createPlayer, type GamePlayer, type Pace } from '../engine/player.ts';
import type { LabData, Moves, Progress, Setup } from '../engine/protocol.ts';

interface Address {
  /** Moves of the address, as text. */
  moves: string;
  writeMoves(text: string): void;
}

/** The game of most experiments; see `usePlayer`. */
export function useGame(setup: Omit<Setup, 'moves'>, address: Address): GamePlayer {
  const key = JSON.stringify([setup.gan, setup.settings, nameOf(setup.data), setup.seed, setup.executor]);
  return usePlayer(createPlayer, (moves): Setup => ({ ...setup, moves }), key, address);
}

/** What of a game an address can follow. */
interface Followed<S> {
  pace: { peek(): Pace };
  snapshot: {
    subscribe(told: (now: Pick<Progress, 'moves' | 'running'> | undefined) => void): () => void;
  };
  configure(setup: S): void;
  end(): void;
}

/**
 * A game that follows a setup and an address: another setup, told by its key, starts anew, moves that came with the address are
 * made at once, and whenever the game rests its moves are written down.
 */
export function usePlayer<S, P extends Followed<S>>(
  create: () => P,
  setupOf: (moves: Moves) => S,
  key: string,
  { moves, writeMoves }: Address,
): P {
  const held = useRef<P | undefined>(undefined);
  held.current ??= create();
  const player = held.current;
  const written = useRef<string | undefined>(undefined);
  const write = useRef(writeMoves);
  write.current = writeMoves;
  const before = useRef('');
  // In the same turn as the drawing: a move written down in between would be taken for one that came with the address.
  useLayoutEffect(() => {
    if (before.current === key && moves === written.current) return;
    before.current = key;
    written.current = moves;
    player.configure(setupOf(parseMoves(moves)));
  });
  useEffect(() => {
    const stop = player.snapshot.subscribe((snapshot) => {
      if (!snapshot || snapshot.running || player.pace.peek() !== 'paused') return;
      const text = movesText(snapshot.moves);
      if (text === written.current) return;
      written.current = text;
      write.current(text);
    });
    return () => {
      stop();
      player.end();
    };
  }, []);
  return player;
}

const nameOf = (data: LabData): string => ('source' in data ? data.source : data.name);
