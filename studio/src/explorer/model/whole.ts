import { type Control, GansmithError, readModelMetadata } from 'gansmith';
import { classOf, latentOf } from './places.ts';
import { joinRows, latentFrom, type Model, openOn, sampleShape } from './ports.ts';
import type { About, Device, MakeRequest } from './protocol.ts';

/** A generator that runs. */
export interface Source {
  about: Omit<About, 'id' | 'hash'>;
  /** Samples [N, ...shape of one]. */
  run(request: MakeRequest): Promise<Float32Array>;
  release(): Promise<void>;
}

/** What a model's description tells of its origin. */
export const originOf = (metadata: Record<string, string>, name: string) => ({
  gan: metadata.gan ?? name,
  data: metadata.data,
  step: metadata.step === undefined ? undefined : Number(metadata.step),
  config: metadata.config,
  knownPrior: metadata.inputs !== undefined,
});

/** Opens a generator that is one model, from noise to pictures. */
export async function openWhole(model: Uint8Array, name: string, device: Device): Promise<Source> {
  const metadata = readModelMetadata(model);
  const {
    opened: [opened],
    ran,
  } = await openOn([model], device);
  const [output] = opened.outputs;
  const controls = controlsFrom(metadata.inputs);
  const latent = latentFrom(
    opened.inputs.filter((input) => !(input.name in controls)),
    metadata.inputs,
    name,
  );
  const shape = sampleShape(output, name);
  const conditional = opened.inputs.some((input) => input.name === 'label');
  const classes: string[] = conditional ? JSON.parse(metadata.classes ?? '[]') : [];
  return {
    about: {
      ...originOf(metadata, name),
      kind: shape.length === 3 ? 'images' : 'points',
      ...{ shape, latent, classes, device: ran, psi: controls.psi },
      styles: metadata.parts === undefined ? undefined : 'apart',
    },
    release: () => opened.release(),
    async run({ places: all, psi, label }) {
      const places = all.map((place) => {
        if (place.kind !== 'mixed') return place;
        throw new GansmithError(`${name} has no styles to mix: it is a generator in one part`);
      });
      const data = joinRows(places.map((place) => latentOf(place, latent, controls.psi ? 1 : psi)));
      const port = opened.inputs.find((input) => input.name === latent.name)!;
      const chosen = Object.entries(controls).map(([name, control]): [string, number] => [
        name,
        name === 'psi' ? psi : control.default,
      ]);
      const feeds: Parameters<Model['run']>[0] = {
        ...Object.fromEntries(
          chosen.map(([name, value]) => [name, { data: Float32Array.of(value), shape: [] }]),
        ),
        [latent.name]: { data, shape: [places.length, ...port.shape!.slice(1).map(Number)] },
      };
      if (!conditional) return (await opened.run(feeds))[output!.name] as Float32Array;
      const labels = places.map((place) => classOf(place, label, classes.length));
      const labelled = { ...feeds, label: { data: Int32Array.from(labels), shape: [labels.length] } };
      return (await opened.run(labelled))[output!.name] as Float32Array;
    },
  };
}

/** Numbers that whoever samples may set, such as truncation. */
function controlsFrom(described: string | undefined): Record<string, Control> {
  const known: Record<string, { control?: Control }> = JSON.parse(described ?? '{}');
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, { control }]) => (control ? [[name, control]] : [])),
  );
}
