import { mean } from './distances.ts';
import type { Examples } from './features.ts';

/** Images, and rows and columns of each, whose spectra are averaged, at most. */
const IMAGES = 64;
const LINES = 32;

/** Power of rows and of columns at each whole frequency 0, 1, ..., side / 2 cycles a side, summed. */
export interface Spectrum {
  rows: Float64Array;
  columns: Float64Array;
}

/** Adds up the spectra of the first images of several sets. */
export interface SpectrumSum {
  /** Images [N, C, H, W]. */
  add(images: Examples): void;
  sum(): Spectrum;
}

export function createSpectrum(): SpectrumSum {
  let seen = 0;
  let powers: { ofRow: LinePower; ofColumn: LinePower } | undefined;
  return {
    add({ shape, data }) {
      const [count, channels, height, width] = shape as [number, number, number, number];
      powers ??= { ofRow: powersOf(width), ofColumn: powersOf(height) };
      const { ofRow, ofColumn } = powers;
      const maps = Math.min(count, IMAGES - seen) * channels;
      const [down, across] = [Math.ceil(height / LINES), Math.ceil(width / LINES)];
      for (let map = 0; map < maps; map++) {
        const start = map * height * width;
        for (let y = 0; y < height; y += down) ofRow(data, start + y * width, 1);
        for (let x = 0; x < width; x += across) ofColumn(data, start + x, width);
      }
      seen += maps / channels;
    },
    sum: () => ({
      rows: powers?.ofRow() ?? new Float64Array(),
      columns: powers?.ofColumn() ?? new Float64Array(),
    }),
  };
}

/** Adds the squared Fourier coefficients of a line of numbers that lie `stride` apart; called without one, gives the sums. */
type LinePower = (data?: ArrayLike<number>, start?: number, stride?: number) => Float64Array;

function powersOf(length: number): LinePower {
  const power = new Float64Array((length >> 1) + 1);
  const cosine = Float64Array.from({ length }, (_, i) => Math.cos((2 * Math.PI * i) / length));
  const sine = Float64Array.from({ length }, (_, i) => Math.sin((2 * Math.PI * i) / length));
  return (data, start = 0, stride = 1) => {
    for (let k = 0; data && k < power.length; k++) {
      let [cosines, sines] = [0, 0];
      for (let i = 0; i < length; i++) {
        const value = data[start + i * stride]!;
        cosines += value * cosine[(k * i) % length]!;
        sines += value * sine[(k * i) % length]!;
      }
      power[k]! += cosines * cosines + sines * sines;
    }
    return power;
  };
}

/** Share of a spectrum below which a peak is nothing that anybody sees. */
const VISIBLE = 1e-4;

/**
 * How far the spectrum of generated images sticks out at the strides of upsampling, over how far that of real ones does there: the
 * power at periods of 2 and 4 pixels over what neighbouring frequencies lead to expect (Odena et al. 2016, doi:10.23915/distill.00003,
 * say why transposed convolutions leave such patterns; Durall et al. 2020, arXiv:2003.01826, look at spectra). About 1 without artefacts.
 */
export const checkerboardExcess = (fake: Spectrum, real: Spectrum): number =>
  Math.max(lineExcess(fake.rows, real.rows), lineExcess(fake.columns, real.columns));

function lineExcess(fake: Float64Array, real: Float64Array): number {
  const highest = fake.length - 1;
  const total = fake.reduce((sum, power) => sum + power, 0);
  return Math.max(
    0,
    ...[highest, highest / 2]
      .filter((k) => Number.isInteger(k) && k >= 4 && fake[k]! > VISIBLE * total)
      .map((k) => peak(fake, k) / Math.max(1, peak(real, k))),
  );
}

/** Power at a frequency over what a straight line through the logarithms at its neighbours gives there. */
function peak(power: Float64Array, k: number): number {
  const floor = 1e-12 * power.reduce((sum, value) => sum + value, 1e-300);
  const offsets = k + 2 < power.length ? [-2, -1, 1, 2] : [-4, -3, -2, -1];
  const logs = offsets.map((offset) => Math.log(power[k + offset]! + floor));
  const [middle, level] = [mean(offsets), mean(logs)];
  const slope =
    mean(offsets.map((offset, i) => (offset - middle) * (logs[i]! - level))) /
    mean(offsets.map((offset) => (offset - middle) ** 2));
  return (power[k]! + floor) / Math.exp(level - middle * slope);
}
