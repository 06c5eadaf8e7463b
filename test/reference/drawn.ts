import type { Drawn, Settings } from './fixture.ts';
import { hashSigns, hashValues } from './hashing.ts';
import { ourName } from './names.ts';

/** A tensor of hash values, rounded once to float32. */
export function draw({ name, draw, shape, scale, offset }: Drawn): Float32Array {
  const count = shape.reduce((product, size) => product * size, 1);
  if (draw === 'value') return Float32Array.from(hashValues(name, count, scale, offset));
  return Float32Array.from(hashSigns(name, count), (sign) => sign * scale + offset);
}

/** The drawn parameters of a fixture, by our names. */
export const drawnParameters = ({ system, tensors }: Settings): Map<string, Float32Array> =>
  new Map(
    Object.entries(tensors)
      .filter(([name]) => /^[GD]\//.test(name))
      .map(([name, drawn]) => [ourName(system, name), draw(drawn)]),
  );
