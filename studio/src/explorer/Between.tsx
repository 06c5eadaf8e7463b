import { useEffect, useState } from 'preact/hooks';
import { FilmMenu } from '../parts/film/FilmMenu.tsx';
import type { Film } from '../parts/film/frames.ts';
import { Icon } from '../parts/icons.tsx';
import { Choice } from '../parts/Settings.tsx';
import { isCentred } from './model/latent.ts';
import { type Maker, useMade } from './model/maker.ts';
import type { Path } from './model/places.ts';
import type { About, Made } from './model/protocol.ts';
import { Canvas, imageOf } from './parts/Canvas.tsx';
import { Panel } from './parts/Panel.tsx';
import { SaveButton } from './parts/SaveButton.tsx';
import { changeView, readView, settingsOf, type View } from './view.ts';

/** Pictures of the film; every fourth stands in the strip. */
const FRAMES = 33;
const STRIP = 9;
/** Milliseconds a picture of the film stands. */
const STAY = 60;

interface BetweenProps {
  maker: Maker;
  about: About;
  view: View;
}

/** The way from one seed to another, as a strip and as a film. */
export function Between({ maker, about, view }: BetweenProps) {
  const { a: from, b: to, t } = view;
  const round = isCentred(about.latent) && view.path === 'round';
  const path: Path = round ? 'round' : 'straight';
  const ready = from >= 0 && to >= 0;
  const places = Array.from({ length: FRAMES }, (_, i) => ({
    kind: 'between' as const,
    from,
    to,
    t: i / (FRAMES - 1),
    path,
  }));
  const made = useMade(maker, about, ready ? { places, ...settingsOf(view) } : undefined);
  const frame = Math.round(t * (FRAMES - 1));
  const [playing, setPlaying] = useState(false);
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    if (!playing) return;
    let way = 1;
    const timer = setInterval(() => {
      const now = Math.round(readView().t * (FRAMES - 1));
      if (now + way < 0 || now + way >= FRAMES) way = -way;
      changeView({ t: (now + way) / (FRAMES - 1) });
    }, STAY);
    return () => clearInterval(timer);
  }, [playing]);
  const strip = Array.from({ length: STRIP }, (_, i) => (i * (FRAMES - 1)) / (STRIP - 1));
  return (
    <Panel
      name="between"
      title="From a to b"
      actions={
        <>
          <SaveButton about={about} made={made && takeFrames(made, strip)} what="way" columns={STRIP} />
          <FilmMenu
            what="way"
            film={made && filmOf(made, `${about.gan}-way-${from}-${to}`)}
            onProblem={setProblem}
          />
        </>
      }
    >
      {problem && <p class="notice failed">{problem}</p>}
      {!ready ? (
        <p class="soft small">Choose two seeds, a and b, to go from one to the other.</p>
      ) : (
        <>
          <div class="strip">
            {strip.map((index, i) => (
              <button
                key={index}
                type="button"
                class="seed"
                aria-label={`${Math.round((100 * i) / (STRIP - 1))} % of the way`}
                aria-pressed={frame === index}
                onClick={() => changeView({ t: index / (FRAMES - 1) })}
              >
                <Canvas made={made} index={index} />
              </button>
            ))}
          </div>
          <div class="way">
            <div class="frame">
              <Canvas
                made={made}
                index={frame}
                description={`${Math.round(100 * t)} % of the way from seed ${from} to seed ${to}`}
              />
            </div>
            <div class="way-controls">
              <div class="scrub">
                <button
                  type="button"
                  class="button icon"
                  aria-label={playing ? 'Pause' : 'Play'}
                  onClick={() => setPlaying(!playing)}
                >
                  <Icon name={playing ? 'pause' : 'play'} />
                </button>
                <input
                  type="range"
                  min={0}
                  max={FRAMES - 1}
                  step={1}
                  value={frame}
                  aria-label="Share of the way"
                  aria-valuetext={`${Math.round(100 * t)} %`}
                  onInput={({ currentTarget }) =>
                    changeView({ t: Number(currentTarget.value) / (FRAMES - 1) })
                  }
                />
                <span class="numbers small">{Math.round(100 * t)} %</span>
              </div>
              {isCentred(about.latent) ? (
                <div class="settings way-path">
                  <Choice
                    label="Path"
                    value={view.path}
                    options={[
                      ['round', 'Spherical: around the origin'],
                      ['straight', 'Linear: straight through'],
                    ]}
                    onChange={(path) => changeView({ path })}
                  />
                </div>
              ) : (
                <p class="soft small">A straight line: this noise is not of centred normals.</p>
              )}
              {about.classes.length > 0 &&
                view.label < 0 &&
                from % about.classes.length !== to % about.classes.length && (
                  <p class="soft small">
                    The class changes halfway. Choose one for all to see the noise alone.
                  </p>
                )}
            </div>
          </div>
        </>
      )}
    </Panel>
  );
}

/** The pictures as a film. */
const filmOf = (made: Made, name: string): Film => ({
  name,
  count: made.shape[0]!,
  height: made.shape[2]!,
  width: made.shape[3]!,
  delay: STAY,
  draw: (index, context) => context.putImageData(imageOf(made, index)!, 0, 0),
});

/** Some of the pictures, in their order. */
function takeFrames({ shape, data, took }: Made, indices: readonly number[]): Made {
  const size = data.length / shape[0]!;
  const taken = new Float32Array(indices.length * size);
  indices.forEach((index, i) => {
    taken.set(data.subarray(index * size, (index + 1) * size), i * size);
  });
  return { shape: [indices.length, ...shape.slice(1)], data: taken, took };
}
