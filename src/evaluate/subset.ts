import type { Dataset } from '../data/dataset.ts';

/** Some examples of a data set as one of their own. */
export function subsetOf(data: Dataset, indices: ArrayLike<number>, name = data.name): Dataset {
  return {
    ...data,
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
