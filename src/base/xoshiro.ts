/**
 * Fills with ones at a share of `threshold` / 65536, and zeros elsewhere: each number is decided by 16 bits of
 * xoshiro128++, which makes bits several times faster than Philox does. Meant for long masks, with a seed that is random.
 *
 * Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators" (ACM TOMS 47, 2021).
 *
 * @param threshold a whole number from 0 to 65536
 * @param seed four 32-bit words, read only; not all zero, from where the generator never leaves
 */
export function fillMask(out: Float32Array | Float64Array, threshold: number, seed: Uint32Array): void {
  let state0 = seed[0]! | 0;
  let state1 = seed[1]! | 0;
  let state2 = seed[2]! | 0;
  let state3 = seed[3]! | 0;
  for (let i = 0; i < out.length; i += 2) {
    const sum = (state0 + state3) | 0;
    const word = (((sum << 7) | (sum >>> 25)) + state0) | 0;
    // The sign bit of the difference is the answer: a branch on random bits would be mispredicted every other time.
    // At an odd length, the last store falls behind the end, where it does nothing.
    out[i] = ((word & 0xffff) - threshold) >>> 31;
    out[i + 1] = ((word >>> 16) - threshold) >>> 31;

    const shifted = state1 << 9;
    state2 ^= state0;
    state3 ^= state1;
    state1 ^= state2;
    state0 ^= state3;
    state2 ^= shifted;
    state3 = (state3 << 11) | (state3 >>> 21);
  }
}
