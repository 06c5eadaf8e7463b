import { useRef } from 'preact/hooks';
import { Icon } from '../parts/icons.tsx';
import { type Maker, useMade } from './model/maker.ts';
import type { About } from './model/protocol.ts';
import { Canvas } from './parts/Canvas.tsx';
import { Panel } from './parts/Panel.tsx';
import { SaveButton } from './parts/SaveButton.tsx';
import { changeView, choose, SLOTS, settingsOf, type View } from './view.ts';

/** Seeds on a page: rows of 4, 6, 8 and 12 are whole. */
const COUNT = 48;
const LAST = 999_999;

interface SeedsProps {
  maker: Maker;
  about: About;
  view: View;
}

/** A picture a seed; up to three are chosen to be walked from, to and with. */
export function Seeds({ maker, about, view }: SeedsProps) {
  const grid = useRef<HTMLDivElement>(null);
  const seeds = Array.from({ length: COUNT }, (_, i) => view.first + i);
  const places = seeds.map((seed) => ({ kind: 'seed' as const, seed }));
  const made = useMade(maker, about, { places, ...settingsOf(view) });
  const goTo = (first: number) => changeView({ first: Math.max(0, Math.min(LAST, first)) });
  /** The one that Tab leads to; arrow keys go on from there. */
  const entry = Math.max(
    0,
    seeds.indexOf(SLOTS.map((slot) => view[slot]).find((seed) => seeds.includes(seed)) ?? -1),
  );
  return (
    <Panel
      name="seeds"
      title="Seeds"
      actions={
        <>
          <span class="joined">
            <button
              type="button"
              class="button icon"
              aria-label="Earlier seeds"
              disabled={view.first === 0}
              onClick={() => goTo(view.first - COUNT)}
            >
              <Icon name="previous" />
            </button>
            <button
              type="button"
              class="button icon"
              aria-label="Later seeds"
              onClick={() => goTo(view.first + COUNT)}
            >
              <Icon name="next" />
            </button>
          </span>
          <label class="explorer-first small">
            from
            <input
              type="number"
              aria-label="First seed"
              min={0}
              max={LAST}
              step={1}
              value={view.first}
              onChange={({ currentTarget }) => goTo(Math.floor(Number(currentTarget.value)) || 0)}
            />
          </label>
          <SaveButton about={about} made={made} what="seeds" columns={8} />
        </>
      }
    >
      <p class="soft small">
        Choose up to three: <b>a</b> is walked from, the way leads to <b>b</b>, and <b>c</b> joins the sum.
      </p>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms, and its legend would be drawn */}
      <div
        class="seed-grid"
        ref={grid}
        role="group"
        aria-label="Seeds. Arrow keys move, Enter chooses"
        onKeyDown={(event) => {
          if (moveFocus(grid.current!, event.key)) event.preventDefault();
        }}
      >
        {seeds.map((seed, i) => {
          const slot = SLOTS.find((slot) => view[slot] === seed);
          return (
            <button
              key={i}
              type="button"
              class="seed"
              tabIndex={i === entry ? 0 : -1}
              aria-pressed={slot !== undefined}
              aria-label={slot ? `Seed ${seed}, chosen as ${slot}` : `Seed ${seed}`}
              title={`Seed ${seed}`}
              onClick={() => changeView(choose(view, seed))}
            >
              <Canvas made={made} index={i} />
              {slot && (
                <span class="slot" aria-hidden="true">
                  {slot}
                </span>
              )}
            </button>
          );
        })}
      </div>
    </Panel>
  );
}

/** Moves the focus within a grid, by the places its buttons have on the screen. */
function moveFocus(grid: HTMLElement, key: string): boolean {
  const all = [...grid.querySelectorAll('button')];
  const now = all.indexOf(document.activeElement as HTMLButtonElement);
  const columns = all.filter(({ offsetTop }) => offsetTop === all[0]!.offsetTop).length;
  const steps: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    Home: -now,
    End: all.length - 1 - now,
  };
  const step = steps[key];
  if (step === undefined || now < 0) return false;
  all[now + step]?.focus();
  return true;
}
