import { Choice, Slider } from '../parts/Settings.tsx';
import { isCentred } from './model/latent.ts';
import type { About } from './model/protocol.ts';
import { changeView, type View } from './view.ts';

/** What psi does to the noise of a model that does not have it as an input. */
const SCALE = {
  low: 0,
  high: 1.5,
  label: 'Scaled latents (truncation psi)',
  text: 'Noise is multiplied by this before the generator sees it: towards 0 all pictures become the one of no noise, above 1 they leave what was trained.',
};

/** What psi does, if anything. */
function psiOf({ psi, latent }: About): typeof SCALE | undefined {
  if (!psi) return isCentred(latent) ? SCALE : undefined;
  const { low, high, meaning } = psi;
  const text = `Noise stays as it is; the generator takes this number itself. ${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}.`;
  return { low, high, label: 'Truncation psi', text };
}

/** Settings that hold for every picture; nothing where the generator has none. */
export function Shared({ about, view }: { about: About; view: View }) {
  const psi = psiOf(about);
  if (!psi && about.classes.length === 0) return null;
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
      {psi && (
        <div class="scaled">
          <Slider
            label={psi.label}
            value={view.psi}
            min={psi.low}
            max={psi.high}
            step={0.05}
            shown={view.psi.toFixed(2)}
            onInput={(psi) => changeView({ psi })}
          />
          <p class="soft small">{psi.text}</p>
        </div>
      )}
    </section>
  );
}
