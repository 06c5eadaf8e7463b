import type { Dataset } from '../data/dataset.ts';

/** Some examples of a data set as one of their own. */
export function subsetOf(data: Dataset, indices: ArrayLike<number>, name = data.name): Dataset {
  const { unpadded } = data;
  return {
    ...data,
    ...(unpadded ? { unpadded: () => subsetOf(unpadded(), indices, name) } : {}),
    name,
    count: indices.length,
    fingerprint: `${data.fingerprint}/${name}`,
    read: (wanted, into) =>
      data.read(
        Uint32Array.from(wanted, (index) => indices[index]!),
        into,
      ),
  };
}
