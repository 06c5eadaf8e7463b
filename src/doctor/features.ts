/** Examples as rows of numbers in which distances are measured. */
export interface Features {
  count: number;
  /** Numbers in a row. */
  size: number;
  /** [count, size] */
  rows: Float32Array;
}

/** Examples as a program gives them: [N, C, H, W] or [N, D]. */
export interface Examples {
  shape: readonly number[];
  data: ArrayLike<number>;
}

/** Images are brought to at most so many pixels a side: distances then are between what is shown, not between grains of noise. */
const SIDE = 16;

/** Points as they are; images with neighbouring pixels averaged, to at most 16 a side. */
export function featuresOf({ shape, data }: Examples): Features {
  const [count, ...example] = shape as [number, ...number[]];
  if (example.length !== 3) {
    const size = example.reduce((product, side) => product * side, 1);
    return { count, size, rows: Float32Array.from(data) };
  }
  const [channels, height, width] = example as [number, number, number];
  const [down, across] = [Math.ceil(height / SIDE), Math.ceil(width / SIDE)];
  const [tall, wide] = [Math.floor(height / down), Math.floor(width / across)];
  const size = channels * tall * wide;
  const rows = new Float32Array(count * size);
  for (let map = 0; map < count * channels; map++) {
    for (let y = 0; y < tall; y++) {
      for (let x = 0; x < wide; x++) {
        let total = 0;
        for (let dy = 0; dy < down; dy++) {
          const row = (map * height + y * down + dy) * width + x * across;
          for (let dx = 0; dx < across; dx++) total += data[row + dx]!;
        }
        rows[(map * tall + y) * wide + x] = total / (down * across);
      }
    }
  }
  return { count, size, rows };
}

export const rowOf = ({ rows, size }: Features, i: number): Float32Array =>
  rows.subarray(i * size, (i + 1) * size);

/** The rows of several sets, one after the other. */
export function joined(sets: readonly Features[]): Features {
  const size = sets[0]?.size ?? 0;
  const count = sets.reduce((total, set) => total + set.count, 0);
  const rows = new Float32Array(count * size);
  let at = 0;
  for (const set of sets) {
    rows.set(set.rows, at);
    at += set.rows.length;
  }
  return { count, size, rows };
}
