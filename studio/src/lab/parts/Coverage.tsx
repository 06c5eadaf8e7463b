import { drawChart, stepTicks } from '../draw/lines.ts';
import type { GamePlayer } from '../engine/player.ts';
import { Figure } from './Figure.tsx';
import { Key } from './Key.tsx';

/** What the generator covers, over the steps: how much of the data, and how much of what it makes lies on the data. */
export function Coverage({ game }: { game: GamePlayer }) {
  const step = game.snapshot.value?.step ?? 0;
  const { measures } = game.history();
  const last = measures.at(-1);
  const percent = (share = 0) => `${Math.round(100 * share)} percent`;
  return (
    <div>
      <Key
        entries={[
          ['generated', 'generated points that lie on the data', true],
          ['real', 'data that is covered', true],
        ]}
      />
      <Figure
        kind="chart"
        summary={`Coverage over ${step} steps: now ${percent(last?.precision)} of the generated points lie on the data, ${percent(last?.recall)} of the data is covered.`}
        draw={(sheet) => {
          const right = Math.max(50, step);
          const line = (key: 'precision' | 'recall') =>
            measures.flatMap((measure) => [measure.step, measure[key]]);
          const axes = {
            left: 0,
            right,
            bottom: 0,
            top: 1.04,
            marks: [
              [0, '0 %'],
              [0.5, '50 %'],
              [1, '100 %'],
            ] as const,
            xMarks: stepTicks(right),
          };
          drawChart(sheet, axes, [
            { colour: sheet.palette.generated, points: line('precision'), width: 1.8 },
            { colour: sheet.palette.real, points: line('recall'), width: 1.8 },
          ]);
        }}
      />
    </div>
  );
}
