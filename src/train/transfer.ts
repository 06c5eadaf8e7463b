import { GansmithError } from '../base/errors.ts';
import type { StateSpec } from '../gan/trace.ts';
import { formatShape, sameShape } from '../graph/shape.ts';
import type { States } from '../runtime/executor.ts';
import type { Checkpoint } from './checkpoint.ts';

/** What belongs to a run and not to its networks: slots of optimizers, sums of gradients, how far augmentation has come. */
const OF_THE_RUN = /^(?:optimizer|gradient)\/|^[^/]+\/augment\//;

/**
 * Begins networks where another run's ended: weights, averages and statistics of the same names and shapes are taken over, all else
 * stays as it was drawn. Optimizers begin anew, as in the authors' code of StyleGAN2-ADA (arXiv:2006.06676).
 *
 * @returns the names taken over, and those of the networks that were not found.
 * @throws GansmithError when the checkpoint holds nothing that fits.
 */
export function transferStates(
  states: States,
  specs: ReadonlyMap<string, StateSpec>,
  { tensors, info }: Checkpoint,
  where: string,
): { taken: string[]; drawn: string[] } {
  const names = [...specs.keys()].filter((name) => !OF_THE_RUN.test(name));
  const taken = names.filter((name) => {
    const stored = tensors.get(name);
    if (!stored || !sameShape(stored.shape, specs.get(name)!.shape)) return false;
    if (!(stored.data instanceof Float32Array || stored.data instanceof Float64Array)) return false;
    states.write(name, stored.shape, stored.data);
    return true;
  });
  if (taken.length === 0) {
    throw new GansmithError(
      `${where} holds no weights that fit these networks: it is of ${info.gan} on ${info.data.name}; give the same settings as that run had`,
    );
  }
  return { taken, drawn: names.filter((name) => !taken.includes(name)) };
}

/** Names in a message, at most. */
const NAMED = 8;

/**
 * Says in a sentence which tensors of the networks another run's checkpoint had no fitting values for, and how they differ.
 * Averages are as their weights, and not told apart.
 * @returns undefined when all were taken over.
 */
export function misfitText(
  { taken, drawn }: ReturnType<typeof transferStates>,
  specs: ReadonlyMap<string, StateSpec>,
  { tensors }: Checkpoint,
  where: string,
): string | undefined {
  const isOwn = (name: string) => !name.startsWith('average/');
  const missing = drawn.filter(isOwn);
  if (missing.length === 0) return undefined;
  const difference = (name: string) => {
    const stored = tensors.get(name);
    if (!stored) return `${name} is not there`;
    return `${name} is ${formatShape(specs.get(name)!.shape)} here and ${formatShape(stored.shape)} there`;
  };
  const told = missing.slice(0, NAMED).map(difference);
  const more = missing.length > NAMED ? [`and ${missing.length - NAMED} more`] : [];
  const total = missing.length + taken.filter(isOwn).length;
  return `${where}: ${missing.length} of the ${total} tensors of these networks do not fit and begin anew: ${[...told, ...more].join(', ')}`;
}
