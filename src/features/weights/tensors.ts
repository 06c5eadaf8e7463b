import { GansmithError, nearest } from '../../base/errors.ts';
import { sha256 } from '../../data/sha256.ts';
import { formatShape, type Shape, sameShape } from '../../graph/shape.ts';

/** A tensor of a weight file: float32 where the file has float32 or less, else float64. Row-major. */
export interface WeightTensor {
  shape: Shape;
  data: Float32Array | Float64Array;
}

export type NamedTensors = ReadonlyMap<string, WeightTensor>;

/**
 * Checks that a file holds exactly the tensors a network has. Names for which `ignored` is true may be there besides.
 * @throws GansmithError that lists what is missing, too much, or of another shape, `where` naming the file.
 */
export function checkTensors(
  found: NamedTensors,
  expected: ReadonlyMap<string, Shape>,
  where: string,
  ignored: (name: string) => boolean = () => false,
): void {
  const extra = [...found.keys()].filter((name) => !expected.has(name) && !ignored(name));
  const missing = [...expected.keys()].filter((name) => !found.has(name));
  if (missing.length > 0 || extra.length > 0) {
    const similar = missing.length > 0 ? nearest(missing[0]!, extra) : undefined;
    throw new GansmithError(
      [
        `${where} holds the weights of another network:`,
        missing.length > 0 && ` it lacks ${listed(missing)} of ${expected.size} tensors`,
        missing.length > 0 && extra.length > 0 && ' and',
        extra.length > 0 && ` has ${listed(extra)} that the network does not know`,
        similar && `; is '${similar}' meant for '${missing[0]}'?`,
      ]
        .filter(Boolean)
        .join(''),
    );
  }
  for (const [name, shape] of expected) {
    const { shape: actual, data } = found.get(name)!;
    if (!sameShape(actual, shape)) {
      throw new GansmithError(
        `${where}: '${name}' is ${formatShape(actual)}, and the network's is ${formatShape(shape)}; the file belongs to another network`,
      );
    }
    const wrong = data.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) {
      throw new GansmithError(
        `${where}: element ${wrong} of '${name}' is ${data[wrong]}, so nothing can be computed with it; use another copy of the file`,
      );
    }
  }
}

const listed = (names: readonly string[]): string =>
  names.length === 1
    ? `'${names[0]}'`
    : `${names.length} (${names.slice(0, 3).join(', ')}${names.length > 3 ? ', ...' : ''})`;

/** SHA-256 of every tensor in float32, by its name: the same for the same weights, whatever file they came in. */
export function hashTensors(tensors: NamedTensors): string {
  const text = new TextEncoder();
  const parts = [...tensors.keys()].sort().flatMap((name) => {
    const { data } = tensors.get(name)!;
    const { buffer, byteOffset, byteLength } = data instanceof Float32Array ? data : Float32Array.from(data);
    return [text.encode(name), new Uint8Array(buffer, byteOffset, byteLength)];
  });
  return sha256(parts);
}
