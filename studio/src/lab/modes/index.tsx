import { readValues, writeValues } from '../../parts/query.ts';
import { Choice, Settings, Slider, Switch, WholeNumber } from '../../parts/Settings.tsx';
import { gridOver } from '../draw/plane.ts';
import type { Setup } from '../engine/protocol.ts';
import { CELLS } from '../game/Plane.tsx';
import { planeSets } from '../game/sets.ts';
import { Ask } from '../parts/Ask.tsx';
import { Controls } from '../parts/Controls.tsx';
import { Key } from '../parts/Key.tsx';
import { usePlayer } from '../parts/useGame.ts';
import { type ClinicSetup, createClinic } from './clinic.ts';
import { type Cure, cures } from './cures.ts';
import { Patient } from './Patient.tsx';

const defaults = {
  cures: 'none,r1,pairing,packing',
  units: 32,
  seed: 1,
  on: 'interpreter' as Setup['executor'],
  moves: '',
};
type Values = typeof defaults;

const ring = planeSets.find(({ name }) => name === 'ring')!;

function setupOf(cure: Cure, { units, seed, on }: Omit<Values, 'moves'>): Omit<Setup, 'moves'> {
  return {
    gan: 'gan',
    settings: {
      preset: 'points',
      generator: [units, units],
      critic: [units, units],
      batch: 64,
      ...cure.settings,
    },
    data: ring.data(),
    seed,
    executor: on,
    near: ring.near,
    centres: ring.centres,
    look: { samples: 512, map: gridOver(ring.view, CELLS, CELLS), net: new Float32Array(), weights: [] },
  };
}

/** Experiment 5: who finds all eight modes? */
export default function Modes() {
  const values = readValues(defaults);
  const show = (changed: Partial<Values>) => writeValues(defaults, { ...readValues(defaults), ...changed });
  const change = (changed: Partial<Values>) => show({ moves: '', ...changed });
  const { moves, ...setting } = values;
  const chosen = cures.filter(({ name }) => setting.cures.split(',').includes(name));
  const setups = () => new Map(chosen.map((cure) => [cure.name, setupOf(cure, setting)]));
  const clinic = usePlayer(
    createClinic,
    (moves): ClinicSetup => ({ setups: setups(), moves }),
    JSON.stringify(setting),
    { moves, writeMoves: (moves) => show({ moves }) },
  );
  return (
    <div class="lab-bench">
      <div class="lab-main">
        <Controls game={clinic} many={25} />
        <Key
          entries={[
            ['real', 'real points'],
            ['generated', 'generated points; modes found'],
            ['critic', 'the critic’s boundary', true],
          ]}
        />
        <div class="lab-multiples">
          {clinic.games.value.map(({ name, game }) => (
            <Patient key={name} game={game} cure={cures.find((cure) => cure.name === name)!} set={ring} />
          ))}
        </div>
        <Settings>
          {cures.map(({ name, title }) => (
            <Switch
              key={name}
              label={title}
              value={chosen.some((cure) => cure.name === name)}
              onChange={(on) => {
                const names = cures
                  .map((cure) => cure.name)
                  .filter((other) => (other === name ? on : chosen.some((cure) => cure.name === other)));
                if (names.length > 0) change({ cures: names.join(',') });
              }}
            />
          ))}
          <Slider
            label="Units a layer"
            value={values.units}
            min={16}
            max={64}
            step={16}
            onInput={(units) => change({ units })}
          />
          <WholeNumber label="Seed" value={values.seed} onChange={(seed) => change({ seed })} />
          <Choice
            label="Computed by"
            value={values.on}
            options={[
              ['interpreter', 'interpreter'],
              ['wasm', 'WebAssembly'],
            ]}
            onChange={(on) => change({ on })}
          />
        </Settings>
      </div>
      <aside class="lab-side" aria-label="About this experiment">
        <section class="panel lab-text">
          <h2>What to look for</h2>
          <p>
            The data are eight small clusters on a ring. A generator that fools the critic with one cluster
            has no reason to leave it, until the critic learns that this one is suspicious: then all points
            hop to the next. A mode counts as found when at least one generated point in a hundred lies near
            it; they are counted every 25 steps.
          </p>
          <p>
            All runs begin with the same weights and see the same noise. They differ in one setting each, the
            same that <code>gansmith train gan --data ring r1=0.1</code> takes.
          </p>
        </section>
        <Ask
          question="The critic of one run judges packs of four points. Why should that help?"
          choices={[
            'It sees more data',
            'Four equal points look unlike four real ones',
            'It learns more slowly',
          ]}
          right={1}
        >
          A single collapsed point is a perfectly good one. Four of them at the same place are not what four
          draws from the data look like, and that the critic can see.
        </Ask>
      </aside>
    </div>
  );
}
