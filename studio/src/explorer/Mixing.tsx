import { Slider, WholeNumber } from '../parts/Settings.tsx';
import { LayerSwitches } from './LayerSwitches.tsx';
import { MixedGrid } from './MixedGrid.tsx';
import { type Maker, useMade } from './model/maker.ts';
import type { Place } from './model/places.ts';
import type { About, Made, StylesAbout } from './model/protocol.ts';
import { crossedAt, crossoverOf, type Switches, switchesOf } from './model/styles.ts';
import { Canvas } from './parts/Canvas.tsx';
import { Panel } from './parts/Panel.tsx';
import { SaveButton } from './parts/SaveButton.tsx';
import { changeView, settingsOf, type View } from './view.ts';

interface MixingProps {
  maker: Maker;
  about: About;
  view: View;
}

/** Styles of two seeds in one picture, layer by layer; nothing of a generator without styles. */
export function Mixing({ maker, about, view }: MixingProps) {
  const { styles } = about;
  if (styles === undefined) return null;
  if (styles === 'apart') return <Apart />;
  return <Mixture {...{ maker, about, view, styles }} />;
}

/** What to do about a file of the whole generator. */
const Apart = () => (
  <Panel name="mixing" title="Mix styles">
    <p class="soft small">
      This file holds the generator as one network, from noise to pictures, and styles are mixed between its
      two parts. Write these, and choose or drop both files at once:
    </p>
    <p class="small commands">
      <code>gansmith export RUN --network mapping --out mapping.onnx</code>
      <code>gansmith export RUN --network synthesis --out synthesis.onnx</code>
    </p>
  </Panel>
);

function Mixture({ maker, about, view, styles }: MixingProps & { styles: StylesAbout }) {
  const { a, b, psi } = view;
  const switches = switchesOf(view.mix, styles.layers);
  const mixture: Place = { kind: 'mixed', a, b, switches };
  const places: Place[] = [{ kind: 'seed', seed: a }, { kind: 'seed', seed: b }, mixture];
  const ready = a >= 0 && b >= 0;
  const made = useMade(maker, about, ready ? { places, ...settingsOf(view) } : undefined);
  const toSave = {
    about,
    more: { switches, ...(styles.resolutions ? { resolutions: styles.resolutions } : {}) },
  };
  return (
    <Panel
      name="mixing"
      title="Mix styles"
      actions={<SaveButton {...toSave} made={made} what="mixture" columns={places.length} />}
    >
      {!ready ? (
        <p class="soft small">Choose two seeds, a and b, to mix their styles.</p>
      ) : (
        <div class="mixing-rooms">
          <Pictures {...{ made, a, b, switches }} />
          <div class="mixing-controls">
            <div class="settings mixing-settings">
              <WholeNumber label="Seed a (coarse)" value={a} onChange={(a) => changeView({ a })} />
              <WholeNumber label="Seed b (fine)" value={b} onChange={(b) => changeView({ b })} />
            </div>
            <div class="settings way-path">
              <Crossover switches={switches} styles={styles} />
            </div>
            <LayerSwitches
              switches={switches}
              resolutions={styles.resolutions}
              onChange={(mix) => changeView({ mix })}
            />
            <div class="settings way-path">
              <Slider
                label="Psi of truncation, here and above"
                value={psi}
                min={0}
                max={1.5}
                step={0.05}
                shown={psi.toFixed(2)}
                onInput={(psi) => changeView({ psi })}
              />
            </div>
            <p class="soft small">
              Coarse layers tell pose and shape, fine ones colours and texture. Towards psi 0 styles become
              the mean one.
              {about.classes.length > 0 && view.label < 0 ? ' Each style is of its seed’s class.' : ''}
            </p>
          </div>
        </div>
      )}
      <MixedGrid {...{ maker, about, view, switches }} more={toSave.more} />
    </Panel>
  );
}

interface PicturesProps {
  made: Made | undefined;
  a: number;
  b: number;
  switches: Switches;
}

function Pictures({ made, a, b, switches }: PicturesProps) {
  const fromA = [...switches].filter((seed) => seed === 'a').length;
  return (
    <div class="mixing-pictures">
      <figure>
        <Canvas made={made} index={0} description={`Seed ${a}`} />
        <figcaption class="small">
          <b>a</b> <span class="soft">seed {a}</span>
        </figcaption>
      </figure>
      <figure>
        <Canvas made={made} index={1} description={`Seed ${b}`} />
        <figcaption class="small">
          <b>b</b> <span class="soft">seed {b}</span>
        </figcaption>
      </figure>
      <figure class="total">
        <Canvas
          made={made}
          index={2}
          description={`Mixture: ${fromA} of ${switches.length} layers from seed ${a}, the others from seed ${b}`}
        />
        <figcaption class="small">
          <b>mixture</b>{' '}
          <span class="soft">
            {fromA} of {switches.length} from a
          </span>
        </figcaption>
      </figure>
      <p class="soft small numbers mixing-took">
        {made ? `These three took ${made.took < 10 ? made.took.toFixed(1) : made.took.toFixed(0)} ms.` : ' '}
      </p>
    </div>
  );
}

function Crossover({ switches, styles }: { switches: Switches; styles: StylesAbout }) {
  const { layers, resolutions } = styles;
  const crossover = crossoverOf(switches);
  const side = resolutions?.[crossover ?? 0];
  const shown =
    crossover === undefined
      ? 'by the switches'
      : crossover === 0
        ? 'all from b'
        : crossover === layers
          ? 'all from a'
          : `b from layer ${crossover + 1} of ${layers}${side ? `, ${side}×${side}` : ''}`;
  return (
    <Slider
      label="Crossover"
      value={crossover ?? [...switches].filter((seed) => seed === 'a').length}
      min={0}
      max={layers}
      step={1}
      shown={shown}
      onInput={(at) => changeView({ mix: crossedAt(at, layers) })}
    />
  );
}
