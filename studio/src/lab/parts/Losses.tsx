import { download } from '../../parts/download.ts';
import { Icon } from '../../parts/icons.tsx';
import { drawChart, stepTicks, ticks } from '../draw/lines.ts';
import type { AnyPlayer } from '../engine/player.ts';
import type { Progress } from '../engine/protocol.ts';
import { Figure } from './Figure.tsx';
import { Key } from './Key.tsx';
import { lossesCsv } from './lossesCsv.ts';

interface LossesProps {
  game: Pick<AnyPlayer, 'history'> & { snapshot: { readonly value: Progress | undefined } };
  /** Heights worth a line of their own, such as log 2. */
  marks?: readonly (readonly [value: number, label: string])[];
}

/** Both players' losses, step by step. */
export function Losses({ game, marks = [] }: LossesProps) {
  const step = game.snapshot.value?.step ?? 0;
  const { losses } = game.history();
  const [critic, generator] = [lastOf(losses, 1), lastOf(losses, 2)];
  return (
    <div class="lab-losses">
      <Key
        entries={[
          ['critic', 'loss of the critic', true],
          ['generator', 'loss of the generator', true],
        ]}
      />
      <Figure
        kind="chart"
        summary={
          critic === undefined
            ? 'No losses yet.'
            : `Losses after ${step} steps: critic ${critic.toFixed(3)}, generator ${generator?.toFixed(3) ?? 'none'}.`
        }
        draw={(sheet) => {
          game.snapshot.value;
          const { palette } = sheet;
          const values = losses.filter((value, i) => i % 3 !== 0 && Number.isFinite(value));
          const low = Math.min(0, quantile(values, 0.01));
          const high = Math.max(1, quantile(values, 0.99) * 1.1);
          const axes = {
            left: 0,
            right: Math.max(50, step),
            bottom: low,
            top: high,
            marks: [...(marks.length > 0 ? [[0, '0'] as const] : ticks(low, high)), ...marks],
            xMarks: stepTicks(Math.max(50, step)),
          };
          const common = { points: losses, stride: 3, width: 1.4 };
          drawChart(sheet, axes, [
            { ...common, colour: palette.critic, offset: 1 },
            { ...common, colour: palette.generator, offset: 2 },
          ]);
        }}
      />
      <button
        type="button"
        class="button"
        disabled={step === 0}
        onClick={() => download('losses.csv', new Blob([lossesCsv(losses)], { type: 'text/csv' }))}
      >
        <Icon name="save" /> Save losses
      </button>
    </div>
  );
}

const lastOf = (losses: readonly number[], offset: number): number | undefined => {
  for (let i = losses.length - 3 + offset; i >= 0; i -= 3) if (Number.isFinite(losses[i]!)) return losses[i];
  return undefined;
};

/** Of up to some hundred values, evenly taken; every odd one, for both players' losses stand in turn. */
function quantile(values: readonly number[], share: number): number {
  const every = 2 * Math.floor(values.length / 800) + 1;
  const sorted = values.filter((_, i) => i % every === 0).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
