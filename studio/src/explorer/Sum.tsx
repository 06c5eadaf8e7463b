import { isCentred } from './model/latent.ts';
import { type Maker, useMade } from './model/maker.ts';
import type { Place } from './model/places.ts';
import type { About } from './model/protocol.ts';
import { Canvas } from './parts/Canvas.tsx';
import { Panel } from './parts/Panel.tsx';
import { SaveButton } from './parts/SaveButton.tsx';
import { SLOTS, settingsOf, type View } from './view.ts';

interface SumProps {
  maker: Maker;
  about: About;
  view: View;
}

/** Latent arithmetic: a - b + c. */
export function Sum({ maker, about, view }: SumProps) {
  const { a, b, c } = view;
  const ready = SLOTS.every((slot) => view[slot] >= 0);
  const places: Place[] = [
    ...[a, b, c].map((seed): Place => ({ kind: 'seed', seed })),
    { kind: 'sum', a, b, c },
  ];
  const made = useMade(maker, about, ready ? { places, ...settingsOf(view) } : undefined);
  return (
    <Panel
      name="sum"
      title="a − b + c"
      actions={<SaveButton about={about} made={made} what="sum" columns={4} />}
    >
      {!ready ? (
        <p class="soft small">Choose three seeds to reckon with.</p>
      ) : (
        <>
          <div class="terms">
            {SLOTS.map((slot, i) => (
              <figure key={slot}>
                <Canvas made={made} index={i} description={`Seed ${view[slot]}`} />
                <figcaption class="small">
                  <b>
                    {['', '− ', '+ '][i]}
                    {slot}
                  </b>{' '}
                  <span class="soft">seed {view[slot]}</span>
                </figcaption>
              </figure>
            ))}
            <figure class="total">
              <Canvas
                made={made}
                index={3}
                description={`The picture of seed ${a} minus seed ${b} plus seed ${c}`}
              />
              <figcaption class="small">
                <b>= sum</b>
              </figcaption>
            </figure>
          </div>
          <p class="soft small">
            Latents are added, not pixels
            {about.latent.prior.kind === 'uniform'
              ? '; the sum is cut to the range that noise is drawn from.'
              : isCentred(about.latent) && about.latent.size > 2
                ? '; the sum is brought back to the length that draws have.'
                : '.'}
            {about.classes.length > 0 && view.label < 0 ? ' Its class is that of a.' : ''}
          </p>
        </>
      )}
    </Panel>
  );
}
