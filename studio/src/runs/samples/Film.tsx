import type { Signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { formatCount } from '../../parts/format.ts';
import { Icon } from '../../parts/icons.tsx';
import { nearestIndex } from './nearest.ts';
import { Picture } from './Picture.tsx';
import { preload } from './pictures.ts';

/** Milliseconds a picture stands while the film plays. */
const FRAME = 120;

interface FilmProps {
  /** Whose samples: a picture for each, side by side. */
  reels: readonly { label: string; steps: readonly number[]; urlOf: (step: number) => string }[];
  /** The step shown; undefined for the newest. */
  step: Signal<number | undefined>;
}

/** Samples of the same latents through training, scrubbed by a slider like a film. */
export function Film({ reels, step }: FilmProps) {
  const all = [...new Set(reels.flatMap(({ steps }) => steps))].sort((a, b) => a - b);
  const [playing, setPlaying] = useState(false);
  const last = all.length - 1;
  const at = step.value === undefined ? last : nearestIndex(all, step.value);
  const show = (index: number) => {
    // At the end the film follows the run again.
    step.value = index >= last ? undefined : all[Math.max(0, index)];
  };
  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(() => {
      const now = step.value === undefined ? last : nearestIndex(all, step.value);
      if (now >= last) setPlaying(false);
      else show(now + 1);
    }, FRAME);
    return () => clearInterval(timer);
  }, [playing, last]);
  useEffect(() => {
    const ends = reels.map(({ steps, urlOf }) =>
      preload(steps.map(urlOf), nearestIndex(steps, all[at] ?? 0)),
    );
    return () => {
      for (const end of ends) end();
    };
  }, [all.length, reels.map(({ label }) => label).join()]);

  if (at < 0) return <p class="soft small empty">No samples yet.</p>;
  const shown = all[at]!;
  const toggle = () => {
    if (!playing && at >= last) show(0);
    setPlaying(!playing);
  };
  return (
    <div class="film">
      <div class="reels">
        {reels.map(({ label, steps, urlOf }) => {
          const nearest = steps[nearestIndex(steps, shown)];
          return (
            <figure key={label} class="reel">
              {nearest !== undefined && (
                <Picture url={urlOf(nearest)} description={`Samples of ${label} at step ${nearest}`} />
              )}
              {reels.length > 1 && (
                <figcaption class="small numbers">
                  {label}{' '}
                  <span class="soft">
                    {nearest === undefined ? 'no samples' : `step ${formatCount(nearest)}`}
                  </span>
                </figcaption>
              )}
            </figure>
          );
        })}
      </div>
      <div class="scrubber">
        <span class="joined">
          <button
            type="button"
            class="button icon"
            aria-label="Earlier samples"
            disabled={at === 0}
            onClick={() => show(at - 1)}
          >
            <Icon name="previous" />
          </button>
          <button
            type="button"
            class="button icon"
            aria-label={playing ? 'Pause' : 'Play'}
            disabled={last < 1}
            onClick={toggle}
          >
            <Icon name={playing ? 'pause' : 'play'} />
          </button>
          <button
            type="button"
            class="button icon"
            aria-label="Later samples"
            disabled={at >= last}
            onClick={() => show(at + 1)}
          >
            <Icon name="next" />
          </button>
        </span>
        <input
          type="range"
          min={0}
          max={Math.max(1, last)}
          step={1}
          value={at}
          disabled={last < 1}
          aria-label="Step of the samples"
          aria-valuetext={`step ${shown}`}
          onInput={({ currentTarget }) => show(Number(currentTarget.value))}
        />
        <output class="numbers small">step {formatCount(shown)}</output>
      </div>
    </div>
  );
}
