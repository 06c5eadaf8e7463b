import type { Switches } from './model/styles.ts';

interface LayerSwitchesProps {
  switches: Switches;
  resolutions: readonly number[] | undefined;
  onChange(switches: Switches): void;
}

/** A switch a layer, the coarsest first: pressed, the layer's style is that of b. */
export const LayerSwitches = ({ switches, resolutions, onChange }: LayerSwitchesProps) => (
  <fieldset class="layer-switches" aria-label="Seed of each layer's style, the coarsest first">
    {[...switches].map((seed, layer) => {
      const side = resolutions?.[layer];
      return (
        <button
          key={layer}
          type="button"
          class="button layer"
          aria-pressed={seed === 'b'}
          title={`Layer ${layer + 1}: the style of ${seed}`}
          onClick={() => {
            const other = seed === 'a' ? 'b' : 'a';
            onChange(switches.slice(0, layer) + other + switches.slice(layer + 1));
          }}
        >
          <span class="only-spoken">Layer {layer + 1}, style of </span>
          <b>{seed}</b> <span class="numbers">{side ? `${side}×${side}` : layer + 1}</span>
        </button>
      );
    })}
  </fieldset>
);
