import { type Checkpoint, exportCritic, GansmithError, readModelMetadata } from 'gansmith';
import { openModel } from 'gansmith/runtime';
import { ganOf } from './generator.ts';
import type { About, CriticAbout, Made } from './protocol.ts';

export interface Critic {
  about: CriticAbout;
  /** Scores of pictures, each of a class where it is told one. */
  judge(pictures: Pick<Made, 'shape' | 'data'>, labels: readonly number[]): Promise<Float32Array>;
  release(): Promise<void>;
}

/** The critic of a checkpoint as a model, made as `gansmith export --network D` makes it. */
export function criticOf(checkpoint: Checkpoint, name: string): Uint8Array {
  const { gan, whole } = ganOf(checkpoint, name);
  return exportCritic(gan, whole).bytes;
}

/** Opens an exported critic for the pictures of a generator; undefined for a model that is none. */
export async function openCritic(
  model: Uint8Array,
  name: string,
  { shape, kind, device }: About,
): Promise<Critic | undefined> {
  const metadata = readModelMetadata(model);
  if (metadata.network !== 'D') return undefined;
  const opened = await openModel(model, { on: device });
  const [examples, conditional] = [
    opened.inputs.find((port) => port.name === kind),
    opened.inputs.some((port) => port.name === 'label'),
  ];
  const judged = examples?.shape?.slice(1) ?? [];
  if (judged.join() !== shape.join()) {
    await opened.release();
    throw new GansmithError(
      `${name} judges ${judged.join(' x ') || 'something else'}, but the generator makes ${shape.join(' x ')}; open the critic of the same run`,
    );
  }
  const [scores] = opened.outputs;
  return {
    about: {
      gan: metadata.gan ?? name,
      shape: (scores?.shape ?? []).slice(1).map(Number),
      conditional,
    },
    release: () => opened.release(),
    async judge(pictures, labels) {
      const label = { data: Int32Array.from(labels), shape: [labels.length] };
      const feeds = { [kind]: { data: pictures.data, shape: [...pictures.shape] } };
      const found = await opened.run(conditional ? { ...feeds, label } : feeds);
      return found[scores!.name] as Float32Array;
    },
  };
}
