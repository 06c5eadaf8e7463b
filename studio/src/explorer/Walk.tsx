import { useRef } from 'preact/hooks';
import { Slider } from '../parts/Settings.tsx';
import { isCentred } from './model/latent.ts';
import { type Maker, useMade } from './model/maker.ts';
import type { About } from './model/protocol.ts';
import { Canvas } from './parts/Canvas.tsx';
import { Panel } from './parts/Panel.tsx';
import { SaveButton } from './parts/SaveButton.tsx';
import { changeView, readView, settingsOf, type View } from './view.ts';

/** How far one can go along a direction, in lengths of the seed's latent. */
const REACH = 2;
const STEP = 0.05;

const within = (value: number): number => Math.round(Math.min(REACH, Math.max(-REACH, value)) * 1000) / 1000;

interface WalkProps {
  maker: Maker;
  about: About;
  view: View;
}

/** The plane through a seed along two random directions, under the reader's hand. */
export function Walk({ maker, about, view }: WalkProps) {
  const { a: seed, x, y } = view;
  const made = useMade(
    maker,
    about,
    seed < 0 ? undefined : { places: [{ kind: 'walk', seed, x, y }], ...settingsOf(view) },
  );
  const held = useRef<{ x: number; y: number } | undefined>(undefined);
  const go = (x: number, y: number) => changeView({ x: within(x), y: within(y) });
  const onKey = (event: KeyboardEvent) => {
    const size = event.shiftKey ? 4 * STEP : STEP;
    const moves: Record<string, [number, number]> = {
      ArrowLeft: [-size, 0],
      ArrowRight: [size, 0],
      ArrowUp: [0, size],
      ArrowDown: [0, -size],
    };
    const move = moves[event.key];
    if (!move && event.key !== 'Home') return;
    event.preventDefault();
    // Keys can come faster than the page is drawn.
    const now = readView();
    if (move) go(now.x + move[0], now.y + move[1]);
    else go(0, 0);
  };
  return (
    <Panel
      name="walk"
      title="Walk"
      actions={
        <>
          <button
            type="button"
            class="button"
            disabled={seed < 0 || (x === 0 && y === 0)}
            onClick={() => go(0, 0)}
          >
            Back to the seed
          </button>
          <SaveButton about={about} made={made} what="walk" />
        </>
      }
    >
      {seed < 0 ? (
        <p class="soft small">Choose a seed as a to walk from it.</p>
      ) : (
        <>
          <div
            class="plane"
            role="application"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes arrow keys, as its name says
            tabIndex={0}
            aria-label={`Picture near seed ${seed}. Drag, or press arrow keys, to walk the latent plane; Home goes back`}
            onKeyDown={onKey}
            onPointerDown={(event) => {
              event.currentTarget.setPointerCapture(event.pointerId);
              held.current = { x: event.clientX, y: event.clientY };
            }}
            onPointerMove={(event) => {
              if (!held.current) return;
              const { width, height } = event.currentTarget.getBoundingClientRect();
              const now = readView();
              const { clientX, clientY } = event;
              go(
                now.x + ((clientX - held.current.x) / width) * REACH,
                now.y - ((clientY - held.current.y) / height) * REACH,
              );
              held.current = { x: clientX, y: clientY };
            }}
            onPointerUp={() => {
              held.current = undefined;
            }}
            onPointerCancel={() => {
              held.current = undefined;
            }}
          >
            <Canvas made={made} />
            <span
              class="compass"
              aria-hidden="true"
              style={{ '--x': `${50 + (x / REACH) * 50}%`, '--y': `${50 - (y / REACH) * 50}%` }}
            />
          </div>
          <div class="settings walk-settings">
            <Slider
              label="First direction"
              value={x}
              min={-REACH}
              max={REACH}
              step={STEP}
              shown={x.toFixed(2)}
              onInput={(value) => go(value, y)}
            />
            <Slider
              label="Second direction"
              value={y}
              min={-REACH}
              max={REACH}
              step={STEP}
              shown={y.toFixed(2)}
              onInput={(value) => go(x, value)}
            />
          </div>
          <p class="soft small">
            Drag the picture, or press arrow keys on it. Two random directions of seed {seed}, in lengths of
            its latent
            {isCentred(about.latent) && about.latent.size > 2
              ? '; what is reached is brought back to that length, where the prior draws.'
              : '.'}
          </p>
        </>
      )}
    </Panel>
  );
}
