import { useDrawing } from '../draw/canvas.ts';
import { drawChart } from '../draw/lines.ts';
import type { GamePlayer } from '../engine/player.ts';
import { drawGame } from '../game/Plane.tsx';
import type { PlaneSet } from '../game/sets.ts';
import type { Cure } from './cures.ts';

interface PatientProps {
  game: GamePlayer;
  cure: Cure;
  set: PlaneSet;
}

const MODES = 8;

/** One run of the clinic: what it makes, and how many modes it has found along the way. */
export function Patient({ game, cure, set }: PatientProps) {
  const snapshot = game.snapshot.value;
  const { measures } = game.history();
  const last = measures.at(-1);
  const objective = String(cure.settings.objective ?? 'non-saturating');
  const layers = { map: 'critic', arrows: false, net: false, points: true };
  const plane = useDrawing((sheet) => {
    if (snapshot) drawGame(sheet, { snapshot, real: game.real(), set, objective, layers });
  });
  const steps = last?.step ?? 0;
  const chart = useDrawing((sheet) => {
    const { palette } = sheet;
    drawChart(
      sheet,
      {
        left: 0,
        right: Math.max(500, steps),
        bottom: 0,
        top: MODES + 0.4,
        marks: [
          [0, '0'],
          [4, '4'],
          [MODES, '8'],
        ],
        xMarks: [
          [0, '0'],
          [Math.max(500, steps), `${Math.max(500, steps)} steps`],
        ],
      },
      [
        {
          colour: palette.generated,
          width: 2,
          points: measures.flatMap((measure) => [measure.step, measure.modes]),
          fill: true,
        },
      ],
    );
  });
  const found = last?.modes ?? 0;
  return (
    <figure class="panel" data-cure={cure.name} data-modes={found} data-steps={snapshot?.step ?? 0}>
      <div>
        <h2>{cure.title}</h2>
        <p class="small soft">{cure.about}</p>
      </div>
      <canvas
        ref={plane}
        class="plane"
        role="img"
        aria-label={`${cure.title}: ${found} of ${MODES} modes after ${steps} steps.`}
      />
      <p class="small">
        {last ? (
          <>
            <span class="found">{found}</span> of {MODES} modes,{' '}
            <span class="numbers">{Math.round(100 * last.precision)} %</span> of the points on them
          </>
        ) : (
          <span class="soft">{game.pace.value === 'failed' ? 'Stopped.' : 'Learning up to here…'}</span>
        )}
      </p>
      <canvas
        ref={chart}
        class="chart small-chart"
        role="img"
        aria-label={`Modes found over time, at most ${Math.max(0, ...measures.map(({ modes }) => modes))}.`}
      />
      {game.pace.value === 'failed' && (
        <p class="small" role="alert">
          {game.message.value}
        </p>
      )}
    </figure>
  );
}
