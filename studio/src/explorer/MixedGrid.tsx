import { WholeNumber } from '../parts/Settings.tsx';
import { type Maker, useMade } from './model/maker.ts';
import type { Place } from './model/places.ts';
import type { About, Made } from './model/protocol.ts';
import type { Switches } from './model/styles.ts';
import { Canvas } from './parts/Canvas.tsx';
import { SaveButton } from './parts/SaveButton.tsx';
import { changeView, settingsOf, type View } from './view.ts';

const [ROWS, COLUMNS] = [3, 4];

interface MixedGridProps {
  maker: Maker;
  about: About;
  view: View;
  switches: Switches;
  /** What the recipe of a saved grid says of the styles. */
  more: Readonly<Record<string, unknown>>;
}

/** Seeds in rows by seeds in columns, as figure 3 of Karras et al. 2019: rows stand in a's place, columns in b's. */
export function MixedGrid({ maker, about, view, switches, more }: MixedGridProps) {
  const rows = Array.from({ length: ROWS }, (_, i) => view.rows + i);
  const columns = Array.from({ length: COLUMNS }, (_, i) => view.columns + i);
  const seed = (seed: number): Place => ({ kind: 'seed', seed });
  // As they are read: the row of column seeds, then each row with its seed.
  const places: Place[] = [
    ...columns.map(seed),
    ...rows.flatMap((a) => [seed(a), ...columns.map((b): Place => ({ kind: 'mixed', a, b, switches }))]),
  ];
  const made = useMade(maker, about, { places, ...settingsOf(view) });
  const indexOf = (row: number, column: number) => COLUMNS + row * (COLUMNS + 1) + column;
  return (
    <div class="mixed-grid">
      <div class="mixed-grid-controls">
        <div class="explorer-head">
          <h3>Rows by columns</h3>
          <SaveButton
            {...{ about, made, more: { ...more, rows, columns } }}
            what="mixture-grid"
            columns={COLUMNS + 1}
            arrange={withCorner}
          />
        </div>
        <div class="settings mixing-settings">
          <WholeNumber label="Rows from seed" value={view.rows} onChange={(rows) => changeView({ rows })} />
          <WholeNumber
            label="Columns from seed"
            value={view.columns}
            onChange={(columns) => changeView({ columns })}
          />
        </div>
        <p class="soft small">
          Every row gives the layers of a, every column those of b, by the switches above. Press a mixture to
          see it above.
        </p>
      </div>
      <table>
        <caption class="only-spoken">Mixtures of seeds in rows and columns, by the same switches</caption>
        <thead>
          <tr>
            <td />
            {columns.map((b, j) => (
              <th key={j} scope="col" class="small">
                <Canvas made={made} index={j} />
                <span class="only-spoken">Seed </span>
                {b}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((a, i) => (
            <tr key={i}>
              <th scope="row" class="small">
                <Canvas made={made} index={indexOf(i, 0)} />
                <span class="only-spoken">Seed </span>
                {a}
              </th>
              {columns.map((b, j) => (
                <td key={j}>
                  <button
                    type="button"
                    class="seed"
                    aria-pressed={view.a === a && view.b === b}
                    aria-label={`Mix seeds ${a} and ${b}`}
                    title={`Seed ${a} mixed with seed ${b}: show it above`}
                    onClick={() => changeView({ a, b })}
                  >
                    <Canvas made={made} index={indexOf(i, j + 1)} />
                  </button>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The pictures after a white one, for the corner above the rows' seeds. */
function withCorner({ shape: [count = 0, ...shape], data, took }: Made): Made {
  const size = data.length / count;
  const all = new Float32Array(size + data.length).fill(1, 0, size);
  all.set(data, size);
  return { shape: [count + 1, ...shape], data: all, took };
}
