import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { movesText, parseMoves, withMove } from '../engine/moves.ts';
import { type Pace, SLOW } from '../engine/player.ts';
import type { Moves, Player } from '../engine/protocol.ts';
import type { Driven } from './Controls.tsx';

/** Milliseconds between steps while running: slow enough to be followed by the eye. */
const BEAT = 50;

/**
 * Drives what the page works out from the moves in its address alone, such as a game in closed form.
 * @param turns who moves in slow motion, in turn
 */
export function useSteps(
  { moves: text, writeMoves }: { moves: string; writeMoves(text: string): void },
  turns: readonly Player[],
): Driven & { moves: Moves } {
  const pace = useSignal<Pace>('paused');
  const message = useSignal('');
  const mover = useSignal<Player | undefined>(undefined);
  const timer = useRef<ReturnType<typeof setInterval> | undefined>(undefined);
  const address = useRef({ text, writeMoves });
  address.current = { text, writeMoves };
  const moves = parseMoves(text);

  const add = (player: Player, count: number) => {
    address.current.writeMoves(movesText(withMove(parseMoves(address.current.text), player, count)));
  };
  const rest = () => {
    clearInterval(timer.current);
    pace.value = 'paused';
    mover.value = undefined;
  };
  useEffect(() => rest, []);

  return {
    pace,
    message,
    mover,
    moves,
    snapshot: { value: { step: moves.reduce((sum, [, count]) => sum + count, 0), rate: 1000 / BEAT } },
    move(player, count = 1) {
      rest();
      add(player, count);
    },
    run() {
      rest();
      pace.value = 'running';
      timer.current = setInterval(() => add('both', 1), BEAT);
    },
    slow() {
      rest();
      pace.value = 'slow';
      let turn = 0;
      const next = () => {
        mover.value = turns[turn++ % turns.length];
        add(mover.value!, 1);
      };
      next();
      timer.current = setInterval(next, SLOW);
    },
    pause: rest,
    reset() {
      rest();
      address.current.writeMoves('');
    },
  };
}
