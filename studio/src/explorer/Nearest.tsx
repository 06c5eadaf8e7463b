import type { NearestBody, NearestMessage, NearestResult } from 'gansmith/studio';
import { useState } from 'preact/hooks';
import { formatCount, formatValue } from '../parts/format.ts';
import { Choice } from '../parts/Settings.tsx';
import { pathOf, postForLines } from '../server.ts';
import { token } from '../shell/token.ts';
import { type Maker, useMade } from './model/maker.ts';
import type { About, Made } from './model/protocol.ts';
import { Canvas } from './parts/Canvas.tsx';
import { Panel } from './parts/Panel.tsx';
import { settingsOf, type View } from './view.ts';

/** Images that are shown. */
const COUNT = 8;

interface NearestProps {
  maker: Maker;
  about: About;
  view: View;
  /** The file that is open instead of a run. */
  file: string | undefined;
}

/** The training images nearest to the picture of a, which tell what was learned from what was learned by heart. */
export function Nearest({ maker, about, view, file }: NearestProps) {
  const { a: seed, x, y, run } = view;
  const places = [{ kind: 'walk' as const, seed, x, y }];
  const made = useMade(maker, about, seed < 0 ? undefined : { places, ...settingsOf(view) });
  const [by, setBy] = useState<NearestBody['by']>('pixels');
  const { search, progress, found, problem } = useNearest(run);
  const reason =
    file !== undefined || run === ''
      ? 'Opened from a file, which does not carry the images it was trained on. Open its run in a studio on the machine that has them.'
      : token() === undefined
        ? 'To see training images, open the address that the terminal printed.'
        : seed < 0
          ? 'Choose a seed as a to compare.'
          : undefined;
  return (
    <Panel
      name="nearest"
      title="Nearest training images"
      actions={
        <button
          type="button"
          class="button"
          disabled={reason !== undefined || !made || progress !== undefined}
          onClick={() => made && search(made, by)}
        >
          Find
        </button>
      }
    >
      {reason ? (
        <p class="soft small">{reason}</p>
      ) : (
        <div class="settings walk-settings">
          <Choice
            label="Compared by"
            value={by}
            options={[
              ['pixels', 'Pixels'],
              ['features', 'What a classifier sees'],
            ]}
            onChange={(chosen: NearestBody['by']) => setBy(chosen)}
          />
        </div>
      )}
      {progress && (
        <p class="soft small" role="status">
          {progress.what}{' '}
          <progress max={Math.max(1, progress.total)} value={progress.done} aria-label={progress.what} />
        </p>
      )}
      {problem && (
        <p class="small problem" role="alert">
          {problem}
        </p>
      )}
      {found && !reason && <Neighbours {...found} shape={about.shape} isOld={found.of !== made} />}
    </Panel>
  );
}

type Progress = Extract<NearestMessage, { done: number }>;

/** Searches the data of a run, by the studio's server. */
function useNearest(run: string) {
  const [progress, setProgress] = useState<Progress>();
  const [found, setFound] = useState<{ of: Made; result: NearestResult }>();
  const [problem, setProblem] = useState<string>();
  const search = async (made: Made, by: NearestBody['by']) => {
    setProblem(undefined);
    setProgress({ done: 0, total: 1, what: 'opening the data' });
    const body: NearestBody = { by, count: COUNT, shape: made.shape.slice(1), pixels: base64(made.data) };
    try {
      await postForLines<NearestMessage>(pathOf('runs', run, 'nearest'), body, (line) => {
        if ('found' in line) setFound({ of: made, result: line.found });
        else if ('error' in line) setProblem(line.error);
        else setProgress(line);
      });
    } catch (error) {
      setProblem((error as Error).message);
    }
    setProgress(undefined);
  };
  return { search, progress, found, problem };
}

interface NeighboursProps {
  result: NearestResult;
  shape: readonly number[];
  /** Whether the picture has changed since. */
  isOld: boolean;
}

function Neighbours({ result, shape, isOld }: NeighboursProps) {
  const { by, data, of, neighbours } = result;
  return (
    <>
      <ol class={`neighbours ${isOld ? 'old' : ''}`}>
        {neighbours.map(({ index, distance, label, pixels }) => (
          <li key={index}>
            <Canvas
              made={madeOf(pixels, shape)}
              description={`Training image ${index}${label === undefined ? '' : `, class ${label}`}, at distance ${formatValue(distance)}`}
            />
            <span class="small numbers" aria-hidden="true">
              {formatValue(distance)}
              {label !== undefined && <span class="soft"> · {label}</span>}
            </span>
          </li>
        ))}
      </ol>
      <p class="soft small">
        {isOld && 'The picture has changed since. '}Nearest first of {formatCount(of)} images of {data}, by{' '}
        {by}
        {by === 'pixels'
          ? ': root mean square of differences, where 0 is the same picture and 1 is black against white.'
          : ', as Euclidean distance.'}
      </p>
    </>
  );
}

/** Bytes in base64 as a picture to draw. */
function madeOf(pixels: string, shape: readonly number[]): Made {
  const data = Float32Array.from(atob(pixels), (letter) => letter.charCodeAt(0) / 127.5 - 1);
  return { shape: [1, ...shape], data, took: 0 };
}

/** A picture's numbers in [-1, 1] as bytes in base64. */
function base64(data: Float32Array): string {
  const bytes = Uint8ClampedArray.from(data, (value) => 127.5 * (value + 1));
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
