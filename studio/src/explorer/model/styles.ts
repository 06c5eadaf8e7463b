/** How the layers of a generator with styles are told, [layers, width], the coarsest first. */
export interface Layers {
  layers: number;
  width: number;
  /** Layers that truncation changes, the coarsest first. */
  cutoff: number;
  /** The running mean of w [width]. */
  mean: readonly number[];
}

/** Which of two seeds gives each layer's style, a letter a layer, the coarsest first: `aab` takes the third from b. */
export type Switches = string;

/** The first `crossover` layers from a, the others from b. */
export const crossedAt = (crossover: number, layers: number): Switches =>
  'a'.repeat(crossover) + 'b'.repeat(layers - crossover);

/** The switches as they were chosen; what does not fit the generator's layers is crossed in the middle. */
export const switchesOf = (chosen: string, layers: number): Switches =>
  chosen.length === layers && /^[ab]*$/.test(chosen) ? chosen : crossedAt(layers >> 1, layers);

/** Layers from a before the first from b; undefined where some follow again. */
export function crossoverOf(switches: Switches): number | undefined {
  return /^(a*)b*$/.exec(switches)?.[1]?.length;
}

/** Styles w [layers, width] of which each layer is that of a or of b. */
export function mixed(a: Float32Array, b: Float32Array, switches: Switches, width: number): Float32Array {
  const w = a.slice();
  for (let layer = 0; layer < switches.length; layer++) {
    if (switches[layer] !== 'b') continue;
    w.set(b.subarray(layer * width, (layer + 1) * width), layer * width);
  }
  return w;
}

/** Styles w [layers, width] drawn towards the mean: mean + psi (w - mean) in the first `cutoff` layers. */
export function truncated(w: Float32Array, { width, cutoff, mean }: Layers, psi: number): Float32Array {
  if (psi === 1) return w;
  return w.map((value, i) =>
    i < cutoff * width ? mean[i % width]! + psi * (value - mean[i % width]!) : value,
  );
}
