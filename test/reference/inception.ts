import type { Images } from '../../src/features/extractor.ts';
import { inceptionTensors } from '../../src/features/inception.ts';
import type { WeightTensor } from '../../src/features/weights/tensors.ts';
import { sizeOf } from '../../src/graph/shape.ts';
import { type Fixture, readFixture } from './fixture.ts';
import { hashes, hashValues } from './hashing.ts';

/** What the fixture of reference/inception.py says of itself. */
interface InceptionSettings {
  layers: string[];
  rows: number;
  shapes: Record<string, number[]>;
  /** Scale, or `he`, and offset of hash values by the end of a tensor's name. */
  draws: Record<string, [number | 'he', number]>;
}

export function readInceptionFixture(): Omit<Fixture, 'settings'> & { settings: InceptionSettings } {
  const fixture = readFixture('inception');
  return { ...fixture, settings: fixture.settings as unknown as InceptionSettings };
}

/** The weights reference/inception.py draws, rounded to float32. */
export function hashWeights({ draws }: InceptionSettings): Map<string, WeightTensor> {
  return new Map(
    [...inceptionTensors()].map(([name, shape]) => {
      const [, [scale, offset]] = Object.entries(draws).find(([end]) => name.endsWith(end))!;
      const width = scale === 'he' ? Math.sqrt(24 / sizeOf(shape.slice(1))) : scale;
      const data = Float32Array.from(hashValues(`inception/${name}`, sizeOf(shape), width, offset));
      return [name, { shape, data }];
    }),
  );
}

const SIZE = 299;
const CELLS = 38;

/** The bytes of the fixture's two images: one of noise, one of squares of eight by eight pixels. */
export function fixtureBytes(): Uint8Array {
  const plane = SIZE * SIZE;
  const noise = hashes('inception/noise', 3 * plane);
  const cells = hashes('inception/cells', 3 * CELLS * CELLS);
  const squares = Uint32Array.from({ length: 3 * plane }, (_, i) => {
    const [channel, row, column] = [Math.floor(i / plane), Math.floor((i % plane) / SIZE), i % SIZE];
    return cells[(channel * CELLS + (row >> 3)) * CELLS + (column >> 3)]!;
  });
  return Uint8Array.from([...noise, ...squares], (hash) => hash >>> 24);
}

/** `count` images in [-1, 1]: the fixture's two, then further ones of noise. */
export function someImages(count: number): Images {
  const size = 3 * SIZE * SIZE;
  const data = new Float32Array(count * size);
  const unit = (byte: number) => byte / 127.5 - 1;
  data.set(Float32Array.from(fixtureBytes(), unit).subarray(0, data.length));
  for (let i = 2; i < count; i++) {
    data.set(
      Float32Array.from(hashes(`inception/noise ${i}`, size), (hash) => unit(hash >>> 24)),
      i * size,
    );
  }
  return { shape: [count, 3, SIZE, SIZE], data };
}

/** Distance of two lists of numbers relative to the length of the second. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [difference, length] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i]! - expected[i]!) ** 2;
    length += expected[i]! ** 2;
  }
  return Math.sqrt(difference / length);
}
