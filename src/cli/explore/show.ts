import { encodeFilm } from '../../base/film.ts';
import { imageGrid } from '../../base/grid.ts';
import { encodePng } from '../../base/png.ts';
import type { Pictures } from '../../explore/generator.ts';
import { print } from '../output.ts';
import { showPicture } from '../showPicture.ts';
import { writeNamedFile } from '../writeNamedFile.ts';
import type { Opened } from './opened.ts';

/** What the recipe of a picture says besides the generator. */
type Recipe = Record<string, unknown>;

/** Writes pictures in rows as a PNG with its recipe, shows it, and says so in a line. */
export function writeGrid(
  path: string,
  pictures: Pictures,
  { columns, what, recipe = {} }: { columns: number; what: string; recipe?: Recipe },
  opened: Opened,
): void {
  const grid = imageGrid(pictures.data, pictures.shape, { columns });
  const text = { gansmith: JSON.stringify({ ...opened.recipe, ...recipe }) };
  writeNamedFile(path, encodePng(grid, text));
  showPicture(grid, opened.generator.gan.data.shape);
  print(`${path}: ${what}`);
}

/** Pixels a side that a film's small pictures are enlarged to, by whole factors. */
const FILM_SIDE = 128;

/** Writes pictures, one a frame, as a film: an animated PNG. */
export function writeFilm(
  path: string,
  pictures: Pictures,
  {
    rest = 0,
    framesPerSecond = 20,
    recipe = {},
  }: { rest?: number; framesPerSecond?: number; recipe?: Recipe },
  opened: Opened,
): void {
  const [count, ...example] = pictures.shape;
  const size = example.reduce((a, b) => a * b, 1);
  const frames = Array.from({ length: count }, (_, i) => {
    const frame = pictures.data.subarray(i * size, (i + 1) * size);
    const large = enlarged(frame, example, Math.max(1, Math.floor(FILM_SIDE / example[2])));
    return imageGrid(large.data, [1, ...large.shape]);
  });
  const text = { gansmith: JSON.stringify({ ...opened.recipe, ...recipe }) };
  writeNamedFile(path, encodeFilm(frames, { framesPerSecond, rest, text }));
  print(`${path}: a film of ${count} frames, an animated PNG that browsers play`);
}

/** Every pixel of [C, H, W] as a square of pixels. */
function enlarged(
  data: Float32Array,
  [channels, height, width]: readonly [number, number, number],
  factor: number,
): { data: Float32Array; shape: readonly [number, number, number] } {
  const [rows, columns] = [height * factor, width * factor];
  const large = new Float32Array(channels * rows * columns);
  for (let c = 0, to = 0; c < channels; c++) {
    for (let y = 0; y < rows; y++) {
      const from = (c * height + Math.floor(y / factor)) * width;
      for (let x = 0; x < columns; x++) large[to++] = data[from + Math.floor(x / factor)]!;
    }
  }
  return { data: large, shape: [channels, rows, columns] };
}

/** Pictures one after the other, of one size. */
export function joinPictures(parts: readonly Pictures[]): Pictures {
  const [, ...example] = parts[0]!.shape;
  const data = new Float32Array(parts.reduce((sum, part) => sum + part.data.length, 0));
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return { shape: [parts.reduce((sum, { shape }) => sum + shape[0], 0), ...example], data };
}

/** Some of the pictures, by their places. */
export function pickPictures({ shape, data }: Pictures, chosen: readonly number[]): Pictures {
  const [, ...example] = shape;
  const size = example.reduce((a, b) => a * b, 1);
  const picked = new Float32Array(chosen.length * size);
  for (const [i, place] of chosen.entries()) {
    picked.set(data.subarray(place * size, (place + 1) * size), i * size);
  }
  return { shape: [chosen.length, ...example], data: picked };
}

/** White pictures. */
export const blank = ([channels, height, width]: readonly number[]): Pictures => ({
  shape: [1, channels!, height!, width!],
  data: new Float32Array(channels! * height! * width!).fill(1),
});
