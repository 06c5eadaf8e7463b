import { Choice, Slider } from '../parts/Settings.tsx';
import { isCentred } from './model/latent.ts';
import type { About } from './model/protocol.ts';
import { changeView, type View } from './view.ts';

/** Settings that hold for every picture; nothing where the generator has none. */
export function Shared({ about, view }: { about: About; view: View }) {
  const centred = isCentred(about.latent);
  if (!centred && about.classes.length === 0) return null;
  return (
    <section class="panel settings explorer-shared" aria-label="Settings of all pictures">
      {about.classes.length > 0 && (
        <Choice
          label="Class"
          value={String(view.label)}
          options={[
            ['-1', 'As the seed says'],
            ...about.classes.map((name, i) => [String(i), name] as const),
          ]}
          onChange={(label) => changeView({ label: Number(label) })}
        />
      )}
      {centred && (
        <div class="scaled">
          <Slider
            label="Scaled latents (truncation psi)"
            value={view.psi}
            min={0}
            max={1.5}
            step={0.05}
            shown={view.psi.toFixed(2)}
            onInput={(psi) => changeView({ psi })}
          />
          <p class="soft small">
            Noise is multiplied by this before the generator sees it: towards 0 all pictures become the one of
            no noise, above 1 they leave what was trained.
          </p>
        </div>
      )}
    </section>
  );
}
