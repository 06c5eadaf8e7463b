/**
 * The numbers that reference/hashing.py makes from a name, so that weights and data of a fixture need not be stored:
 *
 *     hash(name, i)        = mix((fnv1a32(name) + i * 0x9E3779B9) mod 2^32)
 *     value(name, i, s, o) = ((hash(name, i) >>> 8) / 2^24 - 0.5) * s + o
 *     sign(name, i)        = +1 if hash(name, i) >= 2^31, else -1
 *
 * with `mix` the 32-bit finaliser of MurmurHash3 and `i` the index of an element in row-major order.
 */

const GOLDEN = 0x9e3779b9;

/** The 32-bit FNV-1a hash of a name's UTF-8 bytes. */
export function fnv1a32(name: string): number {
  let state = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) state = Math.imul(state ^ byte, 0x01000193);
  return state >>> 0;
}

/** A signed 32-bit number; its sign bit is the top bit of the hash. */
function mix(state: number): number {
  let mixed = state ^ (state >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** hash(name, 0) to hash(name, count - 1). */
export function hashes(name: string, count: number): Uint32Array {
  const start = fnv1a32(name);
  return Uint32Array.from({ length: count }, (_, i) => mix((start + Math.imul(i, GOLDEN)) | 0));
}

/** Uniform numbers in [offset - scale / 2, offset + scale / 2), in float64. */
export function hashValues(name: string, count: number, scale: number, offset = 0): Float64Array {
  return Float64Array.from(hashes(name, count), (hash) => ((hash >>> 8) / 2 ** 24 - 0.5) * scale + offset);
}

/** Numbers that are +1 or -1. */
export function hashSigns(name: string, count: number): Float64Array {
  return Float64Array.from(hashes(name, count), (hash) => (hash >= 2 ** 31 ? 1 : -1));
}

/** The sum of sign(name, i) * numbers[i]: one random projection, without storing the signs. */
export function signProjection(name: string, numbers: ArrayLike<number>): number {
  const start = fnv1a32(name);
  let total = 0;
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i]!;
    total += mix((start + Math.imul(i, GOLDEN)) | 0) < 0 ? value : -value;
  }
  return total;
}
