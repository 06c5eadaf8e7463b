import { GansmithError } from 'gansmith';
import { openModel } from 'gansmith/runtime';
import type { Latent } from './latent.ts';
import type { About, Device } from './protocol.ts';

export type Model = Awaited<ReturnType<typeof openModel>>;
type Port = Model['inputs'][number];

/** Opens models where they run best, or where they are asked to: all on one device. */
export async function openOn<const Files extends readonly Uint8Array[]>(
  files: Files,
  device: Device,
): Promise<{ opened: { [File in keyof Files]: Model }; ran: About['device'] }> {
  type Opened = { [File in keyof Files]: Model };
  const on = async (ran: About['device']) => {
    const opened: Model[] = [];
    for (const file of files) opened.push(await openModel(file, { on: ran }));
    return { opened: opened as Opened, ran };
  };
  if (device !== 'auto') return on(device);
  return (await hasGraphics()) ? on('webgpu').catch(() => on('wasm')) : on('wasm');
}

/** A graphics processor, and not one that the processor only plays. */
async function hasGraphics(): Promise<boolean> {
  const { gpu } = navigator as {
    gpu?: { requestAdapter(): Promise<{ info?: { isFallbackAdapter?: boolean } } | null> };
  };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  return adapter !== null && adapter !== undefined && !adapter.info?.isFallbackAdapter;
}

/** The one input of noise: rows of numbers, perhaps with axes of size 1 after them. */
export function latentFrom(inputs: readonly Port[], described: string | undefined, name: string): Latent {
  const known: Record<string, { distribution?: Latent['prior'] }> = JSON.parse(described ?? '{}');
  const noise = inputs.filter((input) => input.name !== 'label');
  const [{ name: port = '', shape = [] } = {}] = noise;
  const [rows, size, ...more] = shape;
  const isOpen = typeof rows !== 'number' || rows < 1;
  if (
    noise.length !== 1 ||
    typeof size !== 'number' ||
    size < 1 ||
    !isOpen ||
    more.some((axis) => axis !== 1)
  ) {
    const found = inputs.map((input) => `${input.name} [${input.shape}]`).join(', ');
    throw new GansmithError(
      `${name}: expected one input of noise [batch, size] with an open batch, and perhaps 'label', got ${found}; open a generator that "gansmith export" wrote`,
    );
  }
  const prior = known[port]?.distribution;
  const isKnown = prior?.kind === 'normal' || prior?.kind === 'uniform';
  return { name: port, size, prior: isKnown ? prior : { kind: 'normal', mean: 0, std: 1 } };
}

export function sampleShape(output: Port | undefined, name: string): number[] {
  const [, ...sizes] = output?.shape ?? [];
  const shape = sizes.filter((size): size is number => typeof size === 'number' && size > 0);
  const drawable = shape.length === 1 || (shape.length === 3 && (shape[0] === 1 || shape[0] === 3));
  if (shape.length === sizes.length && drawable) return shape;
  throw new GansmithError(
    `${name}: its output is [${output?.shape}]; expected images [batch, 1 or 3, height, width] or points [batch, size] of fixed sizes`,
  );
}

/** Rows of one length, one after another. */
export function joinRows(rows: readonly Float32Array[]): Float32Array {
  const size = rows[0]?.length ?? 0;
  const all = new Float32Array(rows.length * size);
  rows.forEach((row, i) => {
    all.set(row, i * size);
  });
  return all;
}
