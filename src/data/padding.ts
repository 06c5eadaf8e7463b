import type { Dataset } from './dataset.ts';

/** Height and width of a picture. */
type Size = readonly [height: number, width: number];

/** The middle of planes [N, H, W] as planes [N, h, w], written to `into`. What is left over lies equally on both sides. */
export function middleOf<T extends Uint8Array | Float32Array>(
  planes: T,
  [height, width]: Size,
  [rows, columns]: Size,
  into: T,
): T {
  const corner = ((height - rows) / 2) * width + (width - columns) / 2;
  for (let row = 0; row < into.length / columns; row++) {
    const from = Math.floor(row / rows) * height * width + corner + (row % rows) * width;
    into.set(planes.subarray(from, from + columns), row * columns);
  }
  return into;
}

/** Images [C, H, W] cut to their middle of [C, h, w] when they are read. */
export function croppedTo(data: Dataset, size: Size): Dataset {
  const [channels, ...whole] = data.shape as [number, number, number];
  const { unpadded: _, ...about } = data;
  return {
    ...about,
    shape: [channels, ...size],
    fingerprint: `${data.fingerprint}/${size.join('x')}`,
    read(indices, into = new Float32Array(indices.length * channels * size[0] * size[1])) {
      const { real, labels } = data.read(indices);
      return { real: middleOf(real, whole, size, into), labels };
    },
  };
}
