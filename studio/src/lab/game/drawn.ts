/** Points of a set made from a drawing. */
const COUNT = 4096;
/** Points of a drawing kept in an address. */
export const MOST_STROKES = 240;
const HALF = 1.8;
const STEPS = 36 ** 2;

/** A number in [0, 1) that belongs to a whole number: the finalizer of MurmurHash3 (Appleby). */
function scrambled(n: number): number {
  let bits = n >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
}

/** Points about those of a drawing, in Gaussians of the given spread (Box and Muller 1958): always the same ones. */
export function scattered(strokes: readonly number[], spread: number): Float32Array {
  const places = strokes.length / 2;
  const points = new Float32Array(2 * COUNT);
  for (let i = 0; i < COUNT; i++) {
    const place = 2 * (i % places);
    const radius = spread * Math.sqrt(-2 * Math.log(1 - scrambled(2 * i + 1)));
    const angle = 2 * Math.PI * scrambled(2 * i + 2);
    points[2 * i] = strokes[place]! + radius * Math.cos(angle);
    points[2 * i + 1] = strokes[place + 1]! + radius * Math.sin(angle);
  }
  return points;
}

/** A drawing as text for an address: four digits of base 36 a point. */
export const strokesText = (strokes: readonly number[]): string => strokes.map(digits).join('');

const digits = (value: number): string => {
  const step = Math.round(((value + HALF) / (2 * HALF)) * (STEPS - 1));
  return Math.min(STEPS - 1, Math.max(0, step))
    .toString(36)
    .padStart(2, '0');
};

export function parseStrokes(text: string): number[] {
  const numbers = [...text.matchAll(/[0-9a-z]{2}/g)].map(
    ([pair]) => (parseInt(pair, 36) / (STEPS - 1)) * 2 * HALF - HALF,
  );
  return numbers.slice(0, 2 * Math.min(MOST_STROKES, Math.floor(numbers.length / 2)));
}
