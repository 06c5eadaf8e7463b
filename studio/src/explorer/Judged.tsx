import { useEffect, useRef, useState } from 'preact/hooks';
import { formatValue } from '../parts/format.ts';
import { Slider } from '../parts/Settings.tsx';
import { colourOf, look } from '../shell/theme.ts';
import { type Maker, useMade } from './model/maker.ts';
import type { About, CriticAbout, Made } from './model/protocol.ts';
import { Canvas } from './parts/Canvas.tsx';
import { Panel } from './parts/Panel.tsx';
import type { Opened } from './useOpened.ts';
import { settingsOf, type View } from './view.ts';

interface JudgedProps {
  opened: Opened;
  about: About;
  view: View;
}

/** What the critic says of the picture of a: a map over it where it judges patches, else a number. */
export function Judged({ opened: { maker, critic, openCritic, doing }, about, view }: JudgedProps) {
  const { a: seed, x, y } = view;
  const wanted = critic !== undefined && seed >= 0;
  const request = { places: [{ kind: 'walk' as const, seed, x, y }], ...settingsOf(view) };
  const made = useMade(maker, about, wanted ? request : undefined);
  const label = view.label >= 0 ? view.label : seed % Math.max(1, about.classes.length);
  const scores = useScores(maker, critic, made, label);
  return (
    <Panel
      name="judged"
      title="What the critic says"
      actions={
        !critic && (
          <button type="button" class="button" disabled={doing !== undefined} onClick={openCritic}>
            Open the critic
          </button>
        )
      }
    >
      {!critic ? (
        <p class="soft small">
          The critic that trained beside the generator judges the picture of a: patch by patch where it was
          built so, else as a whole.
        </p>
      ) : seed < 0 ? (
        <p class="soft small">Choose a seed as a to be judged.</p>
      ) : scores && made ? (
        critic.shape.length === 3 ? (
          <PatchMap made={made} scores={scores} shape={critic.shape} seed={seed} />
        ) : (
          <p>
            The critic gives seed {seed} <b class="numbers">{formatValue(scores[0]!)}</b>
            <span class="soft small"> (higher is more like real; it says one number of a whole picture)</span>
          </p>
        )
      ) : (
        <p class="soft small">The critic is looking…</p>
      )}
    </Panel>
  );
}

/** What the critic says of pictures, the newest there is. */
function useScores(
  maker: Maker,
  critic: CriticAbout | undefined,
  made: Made | undefined,
  label: number,
): Float32Array | undefined {
  const [scores, setScores] = useState<Float32Array>();
  useEffect(() => {
    if (!critic || !made) return undefined;
    let wanted = true;
    maker.judge(made, [label]).then(
      (found) => wanted && setScores(found),
      (error: Error) => {
        maker.problem.value = error.message;
      },
    );
    return () => {
      wanted = false;
    };
  }, [critic, made, label]);
  return critic && made ? scores : undefined;
}

interface PatchMapProps {
  made: Made;
  scores: Float32Array;
  shape: readonly number[];
  seed: number;
}

/** A map of patches over the picture: what looks more real than the rest, and what looks generated. */
function PatchMap({ made, scores, shape: [, height = 1, width = 1], seed }: PatchMapProps) {
  const [strength, setStrength] = useState(0.6);
  const canvas = useRef<HTMLCanvasElement>(null);
  const list = [...scores.subarray(0, width * height)];
  const [low, high] = [Math.min(...list), Math.max(...list)];
  const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
  const theme = look.value;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const [real, generated] = [colourOf('--real'), colourOf('--generated')];
    const reach = Math.max(high - mean, mean - low, 1e-12);
    context.clearRect(0, 0, width, height);
    for (const [i, value] of list.entries()) {
      context.fillStyle = value >= mean ? real : generated;
      context.globalAlpha = Math.abs(value - mean) / reach;
      context.fillRect(i % width, Math.floor(i / width), 1, 1);
    }
    canvas.current!.dataset.ready = '';
  }, [scores, theme]);
  const placeOf = (value: number) => {
    const i = list.indexOf(value);
    return `row ${Math.floor(i / width) + 1}, column ${(i % width) + 1}`;
  };
  return (
    <>
      <div
        class="patches"
        role="img"
        aria-label={`The critic's map of seed ${seed}, ${height} by ${width} patches: lowest ${formatValue(low)} at ${placeOf(low)}, highest ${formatValue(high)} at ${placeOf(high)}, mean ${formatValue(mean)}`}
      >
        <Canvas made={made} />
        <canvas ref={canvas} class="map" width={width} height={height} style={{ opacity: strength }} />
      </div>
      <div class="settings walk-settings">
        <Slider
          label="Strength of the map"
          value={strength}
          min={0}
          max={1}
          step={0.05}
          shown={strength.toFixed(2)}
          onInput={setStrength}
        />
      </div>
      <p class="small numbers">
        <span class="key generated">■</span> less real than the rest, down to {formatValue(low)} ·{' '}
        <span class="key real">■</span> more real, up to {formatValue(high)} · mean {formatValue(mean)}
      </p>
    </>
  );
}
