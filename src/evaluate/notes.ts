import type { Dataset } from '../data/dataset.ts';
import type { MetricContext } from './metric.ts';

/** What a reader should know of these sets: too few for their features, or the same image again and again. */
export function notesOn({ generated, real, extractor }: MetricContext): string[] {
  const notes: string[] = [];
  for (const { name, data, indices } of [generated, real]) {
    if (extractor && indices.length <= extractor.width)
      notes.push(
        `${indices.length} ${name} images are no more than the ${extractor.width} features: Frechet distances are far above those of many images`,
      );
    const copies = name === 'generated' ? countCopies(data, indices) : 0;
    if (copies > indices.length / 100)
      notes.push(`${copies} of ${indices.length} generated images are exact copies of others`);
  }
  return notes;
}

/** Images that equal an earlier one, to the byte. */
function countCopies(data: Dataset, indices: Uint32Array): number {
  const seen = new Set<string>();
  const CHUNK = 1024;
  for (let start = 0; start < indices.length; start += CHUNK) {
    const { real } = data.read(indices.subarray(start, start + CHUNK));
    const size = data.shape.reduce((product, side) => product * side, 1);
    for (let at = 0; at < real.length; at += size) seen.add(digest(real.subarray(at, at + size)));
  }
  return indices.length - seen.size;
}

/** Two 32-bit sums of bytes, multiplied differently (Fowler, Noll and Vo 1991): images that differ hardly ever share both. */
function digest(pixels: Float32Array): string {
  let [a, b] = [0x811c9dc5, 0x1234567];
  for (let i = 0; i < pixels.length; i++) {
    const byte = Math.round((pixels[i]! + 1) * 127.5);
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b ^ byte, 0x85ebca6b) + i;
  }
  return `${a} ${b}`;
}
