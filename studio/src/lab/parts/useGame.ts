import { useEffect, useRef } from 'preact/hooks';
import { movesText, parseMoves } from '../engine/moves.ts';
import { createPlayer, type GamePlayer } from '../engine/player.ts';
import type { LabData, Setup } from '../engine/protocol.ts';

interface Address {
  /** Moves of the address, as text. */
  moves: string;
  writeMoves(text: string): void;
}

/**
 * A game that follows a setup and an address: another setup starts anew, moves that came with the address are made at once,
 * and whenever the game rests its moves are written down.
 */
export function useGame(setup: Omit<Setup, 'moves'>, { moves, writeMoves }: Address): GamePlayer {
  const held = useRef<GamePlayer | undefined>(undefined);
  held.current ??= createPlayer();
  const player = held.current;
  const written = useRef<string | undefined>(undefined);
  const write = useRef(writeMoves);
  write.current = writeMoves;
  const key = JSON.stringify([setup.gan, setup.settings, nameOf(setup.data), setup.seed, setup.executor]);
  const before = useRef('');
  useEffect(() => {
    if (before.current === key && moves === written.current) return;
    before.current = key;
    written.current = moves;
    player.configure({ ...setup, moves: parseMoves(moves) });
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
