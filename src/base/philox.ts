/**
 * One block of Philox4x32-10: a keyed bijection from a 128-bit counter to 128 random bits.
 *
 * Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
 *
 * @param counter four 32-bit words, read only
 * @param key0 low word of the 64-bit key
 * @param key1 high word of the 64-bit key
 * @param out four 32-bit words, overwritten; may be `counter` itself
 */
export function philox4x32(counter: Uint32Array, key0: number, key1: number, out: Uint32Array): void {
  let word0 = counter[0]! | 0;
  let word1 = counter[1]! | 0;
  let word2 = counter[2]! | 0;
  let word3 = counter[3]! | 0;
  let round0 = key0 | 0;
  let round1 = key1 | 0;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(word0, MULTIPLIER_0);
    const high1 = multiplyHigh(word2, MULTIPLIER_1);
    const low0 = Math.imul(word0, MULTIPLIER_0);
    const low1 = Math.imul(word2, MULTIPLIER_1);
    word0 = high1 ^ word1 ^ round0;
    word1 = low1;
    word2 = high0 ^ word3 ^ round1;
    word3 = low0;
    round0 = (round0 + WEYL_0) | 0;
    round1 = (round1 + WEYL_1) | 0;
  }
  out[0] = word0;
  out[1] = word1;
  out[2] = word2;
  out[3] = word3;
}

const ROUNDS = 10;
const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;

/** The upper 32 bits of the 64-bit product of two unsigned words, by 16-bit halves so that it stays in integer registers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const lowHigh = Math.imul(aLow, bHigh);
  const highLow = Math.imul(aHigh, bLow);
  const carry = (Math.imul(aLow, bLow) >>> 16) + (lowHigh & 0xffff) + (highLow & 0xffff);
  return (Math.imul(aHigh, bHigh) + (lowHigh >>> 16) + (highLow >>> 16) + (carry >>> 16)) | 0;
}
