import { GansmithError, readModelMetadata, STYLE_TRUNCATION } from 'gansmith';
import { classOf, type LatentPlace, latentOf, type Place } from './places.ts';
import { joinRows, latentFrom, openOn, sampleShape } from './ports.ts';
import type { Device } from './protocol.ts';
import { type Layers, mixed, truncated } from './styles.ts';
import { originOf, type Source } from './whole.ts';

/** Styles that are kept at most, so that a seed is mapped once. */
const KEPT = 500;

/** A generator's two parts as models. */
export interface Parts {
  mapping: Uint8Array;
  synthesis: Uint8Array;
}

type Point = { place: LatentPlace; label: number };

/**
 * Opens a generator in two parts, as `gansmith export` writes them: the mapping from noise to styles, and the synthesis of pictures
 * from styles. Between the two stand mixing and truncation.
 *
 * @throws GansmithError for parts that are not of one generator.
 */
export async function openStyled(
  { mapping, synthesis }: Parts,
  name: string,
  device: Device,
): Promise<Source> {
  const [metadata, made] = [readModelMetadata(mapping), readModelMetadata(synthesis)];
  const layers = layersFrom(made, name);
  const differs = ['gan', 'step', 'config', 'weights', 'mean'].find((key) => metadata[key] !== made[key]);
  if (differs !== undefined) {
    throw new GansmithError(
      `${name}: the mapping and the synthesis are of different generators (their ${differs} is not the same); export both from one run at one step`,
    );
  }
  const { opened, ran } = await openOn([mapping, synthesis], device);
  const [mapper, maker] = opened;
  const latent = latentFrom(mapper.inputs, metadata.inputs, name);
  const shape = sampleShape(maker.outputs[0], name);
  const conditional = mapper.inputs.some((input) => input.name === 'label');
  const classes: string[] = conditional ? JSON.parse(metadata.classes ?? '[]') : [];
  /** Styles [layers, width] of points that were mapped. */
  const kept = new Map<string, Float32Array>();

  /** Maps each point that is new. */
  const keepStylesOf = async (points: readonly Point[]): Promise<void> => {
    if (kept.size > KEPT) kept.clear();
    const missing = [...new Map(points.map((point) => [keyOf(point), point]))].filter(
      ([key]) => !kept.has(key),
    );
    if (missing.length === 0) return;
    const rows = missing.map(([, { place }]) => latentOf(place, latent));
    const labels = Int32Array.from(missing, ([, { label }]) => label);
    const outputs = await mapper.run({
      [latent.name]: { data: joinRows(rows), shape: [rows.length, latent.size] },
      ...(conditional ? { label: { data: labels, shape: [labels.length] } } : {}),
    });
    const size = layers.layers * layers.width;
    missing.forEach(([key], i) => {
      kept.set(key, (outputs.w as Float32Array).slice(i * size, (i + 1) * size));
    });
  };

  return {
    about: {
      ...originOf(metadata, name),
      kind: shape.length === 3 ? 'images' : 'points',
      ...{ shape, latent, classes, device: ran, psi: STYLE_TRUNCATION },
      styles: {
        layers: layers.layers,
        resolutions: made.resolutions === undefined ? undefined : JSON.parse(made.resolutions),
      },
    },
    async release() {
      await Promise.all([mapper.release(), maker.release()]);
    },
    async run({ places, psi, label }) {
      const sources = places.map((place) =>
        sourcesOf(place).map((source) => ({ place: source, label: classOf(source, label, classes.length) })),
      );
      await keepStylesOf(sources.flat());
      const rows = places.map((place, i) => {
        const [a, b] = sources[i]!.map((point) => kept.get(keyOf(point))!) as [Float32Array, Float32Array];
        const w = place.kind === 'mixed' ? mixed(a, b, place.switches, layers.width) : a;
        return truncated(w, layers, psi);
      });
      const w = { data: joinRows(rows), shape: [rows.length, layers.layers, layers.width] };
      return (await maker.run({ w }))[maker.outputs[0]!.name] as Float32Array;
    },
  };
}

/** The places in the latent space that a picture takes its styles of. */
const sourcesOf = (place: Place): LatentPlace[] =>
  place.kind === 'mixed' ? [place.a, place.b].map((seed) => ({ kind: 'seed', seed })) : [place];

const keyOf = ({ place, label }: Point): string => JSON.stringify([place, label]);

function layersFrom(metadata: Record<string, string>, name: string): Layers {
  const [layers, width, cutoff] = [metadata.layers, metadata.width, metadata.cutoff].map(Number) as [
    number,
    number,
    number,
  ];
  const mean: number[] = JSON.parse(metadata.mean ?? '[]');
  if (layers > 0 && mean.length === width && cutoff <= layers) return { layers, width, cutoff, mean };
  throw new GansmithError(
    `${name}: its description does not tell the styles (layers ${layers}, width ${width}, cutoff ${cutoff}, a mean of ${mean.length} numbers); export it again by "gansmith export"`,
  );
}
