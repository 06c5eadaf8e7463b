import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { Icon } from '../../parts/icons.tsx';
import type { Range } from '../loadSeries.ts';
import { moved, zoomed } from './zoom.ts';

interface ChartToolbarProps {
  range: Signal<Range>;
  /** All steps there are. */
  whole: readonly [number, number];
  smoothing: Signal<number>;
  log: Signal<boolean>;
  children?: ComponentChildren;
}

/** What the mouse does by dragging, for the keyboard; how lines are smoothed and scaled. */
export function ChartToolbar({ range, whole, smoothing, log, children }: ChartToolbarProps) {
  const shown = range.value ?? whole;
  const set = (next: Range) => {
    range.value = next;
  };
  const buttons = [
    { name: 'Zoom in', icon: 'plus', to: () => zoomed(shown, whole, 0.5) },
    { name: 'Zoom out', icon: 'minus', to: () => zoomed(shown, whole, 2) },
    { name: 'Earlier', icon: 'previous', to: () => moved(shown, whole, -0.25) },
    { name: 'Later', icon: 'next', to: () => moved(shown, whole, 0.25) },
    { name: 'All steps', icon: 'whole', to: () => undefined },
  ] as const;
  return (
    <fieldset class="toolbar">
      <legend class="only-spoken">Charts</legend>
      <span class="joined">
        {buttons.map(({ name, icon, to }) => (
          <button
            key={name}
            type="button"
            class="button icon"
            aria-label={name}
            title={name}
            onClick={() => set(to())}
          >
            <Icon name={icon} />
          </button>
        ))}
      </span>
      <label class="check">
        Smoothing
        <input
          type="range"
          min="0"
          max="0.99"
          step="0.01"
          value={smoothing.value}
          onInput={({ currentTarget }) => {
            smoothing.value = Number(currentTarget.value);
          }}
        />
        <output class="numbers">{smoothing.value.toFixed(2)}</output>
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={log.value}
          onChange={({ currentTarget }) => {
            log.value = currentTarget.checked;
          }}
        />
        Logarithmic
      </label>
      {children}
    </fieldset>
  );
}
