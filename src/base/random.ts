import { GansmithError, UsageError } from './errors.ts';
import { philox4x32 } from './philox.ts';
import { fillMask } from './xoshiro.ts';

/** One part of the name of a random stream. The string '1' and the number 1 are different parts. */
export type KeyPart = string | number;

/** A reproducible source of random numbers; its whole state is a 128-bit Philox counter and the words of one block. */
export interface RandomStream {
  /** A whole number in [0, 2^32). */
  uint32(): number;
  /** A number in [0, 1) with 24 bits of mantissa, so float32 holds it exactly. */
  uniform(): number;
  /** A draw from N(0, 1), in float64 (Box and Muller 1958). */
  normal(): number;
  /** An unbiased whole number in [0, below), where `below` is a whole number in [1, 2^32]. */
  integer(below: number): number;
  /** Uniform values from [low, high] (default [0, 1)), rounded to float32, which may reach `high` itself. */
  fillUniform<T extends Float32Array | Float64Array>(out: T, low?: number, high?: number): T;
  /** Draws from N(mean, std^2) (default standard), rounded to float32. */
  fillNormal<T extends Float32Array | Float64Array>(out: T, mean?: number, std?: number): T;
  /** Draws from N(mean, std^2) conditioned on [low, high] by redrawing, rounded to float32. */
  fillTruncatedNormal<T extends Float32Array | Float64Array>(
    out: T,
    mean: number,
    std: number,
    low: number,
    high: number,
  ): T;
  /** 1 with `probability` (rounded to a multiple of 2^-16), else 0: xoshiro128++, seeded by four words of the stream. */
  fillBernoulli<T extends Float32Array | Float64Array>(out: T, probability: number): T;
  /** The numbers 0 to n-1 in a random order, all orders equally likely (Fisher and Yates). */
  permutation(n: number): Uint32Array;
}

/**
 * The stream of random numbers that belongs to (seed, ...key): the same key gives the same numbers, whatever other
 * streams were made or drawn from before. Every fill rounds through float32, so executors of either precision see the
 * same numbers.
 *
 * Throws UsageError when the seed or a numeric part is not finite.
 */
export function randomStream(seed: number, ...key: KeyPart[]): RandomStream {
  return new PhiloxStream(hashKey([seed, ...key]));
}

const TWO_TO_32 = 2 ** 32;
const TRUNCATED_DRAWS_LIMIT = 100_000;

class PhiloxStream implements RandomStream {
  private readonly key0: number;
  private readonly key1: number;
  /** Words 0 and 1 count blocks; words 2 and 3 belong to the key, so streams live in disjoint ranges. */
  private readonly counter: Uint32Array;
  private readonly block = new Uint32Array(4);
  private position = 4;

  constructor(hash: Uint32Array) {
    this.key0 = hash[0]!;
    this.key1 = hash[1]!;
    this.counter = Uint32Array.of(0, 0, hash[2]!, hash[3]!);
  }

  uint32(): number {
    if (this.position === 4) this.nextBlock();
    return this.block[this.position++]!;
  }

  private nextBlock(): void {
    philox4x32(this.counter, this.key0, this.key1, this.block);
    this.position = 0;
    const low = (this.counter[0]! + 1) >>> 0;
    this.counter[0] = low;
    if (low === 0) this.counter[1]!++;
  }

  uniform(): number {
    return (this.uint32() >>> 8) * 2 ** -24;
  }

  normal(): number {
    const radius = this.boxMullerRadius();
    return radius * Math.cos(this.boxMullerAngle());
  }

  /** All 32 bits and never zero: the logarithm stays finite and the tails reach 6.6 standard deviations. */
  private boxMullerRadius(): number {
    return Math.sqrt(-2 * Math.log((this.uint32() + 1) / TWO_TO_32));
  }

  private boxMullerAngle(): number {
    return (2 * Math.PI * this.uint32()) / TWO_TO_32;
  }

  integer(below: number): number {
    if (!Number.isInteger(below) || below < 1 || below > TWO_TO_32) {
      throw new UsageError(`integer(below): expected a whole number from 1 to 2^32, got ${below}`);
    }
    // Words past the last whole multiple of `below` would favour small remainders.
    const limit = TWO_TO_32 - (TWO_TO_32 % below);
    let word = this.uint32();
    while (word >= limit) word = this.uint32();
    return word % below;
  }

  fillUniform<T extends Float32Array | Float64Array>(out: T, low = 0, high = 1): T {
    const width = high - low;
    for (let i = 0; i < out.length; i++) out[i] = Math.fround(low + width * this.uniform());
    return out;
  }

  fillNormal<T extends Float32Array | Float64Array>(out: T, mean = 0, std = 1): T {
    for (let i = 0; i < out.length; i += 2) {
      const radius = std * this.boxMullerRadius();
      const angle = this.boxMullerAngle();
      out[i] = Math.fround(mean + radius * Math.cos(angle));
      if (i + 1 < out.length) out[i + 1] = Math.fround(mean + radius * Math.sin(angle));
    }
    return out;
  }

  fillTruncatedNormal<T extends Float32Array | Float64Array>(
    out: T,
    mean: number,
    std: number,
    low: number,
    high: number,
  ): T {
    for (let i = 0; i < out.length; i++) out[i] = this.truncatedNormal(mean, std, low, high);
    return out;
  }

  private truncatedNormal(mean: number, std: number, low: number, high: number): number {
    for (let draw = 0; draw < TRUNCATED_DRAWS_LIMIT; draw++) {
      const value = Math.fround(mean + std * this.normal());
      if (value >= low && value <= high) return value;
    }
    throw new GansmithError(
      `truncated normal: no draw of N(${mean}, ${std}^2) fell in [${low}, ${high}] after ${TRUNCATED_DRAWS_LIMIT} ` +
        'tries; widen the interval or move it towards the mean',
    );
  }

  fillBernoulli<T extends Float32Array | Float64Array>(out: T, probability: number): T {
    if (!(probability >= 0 && probability <= 1)) {
      throw new UsageError(`fillBernoulli: expected a probability from 0 to 1, got ${probability}`);
    }
    // Masks are by far the most numbers a training step draws: a block of this stream seeds a faster generator for them.
    const seed = Uint32Array.of(this.uint32(), this.uint32(), this.uint32(), this.uint32());
    fillMask(out, Math.round(probability * 65536), seed);
    return out;
  }

  permutation(n: number): Uint32Array {
    if (!Number.isInteger(n) || n < 0 || n > TWO_TO_32) {
      throw new UsageError(`permutation(n): expected a whole number from 0 to 2^32, got ${n}`);
    }
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const moved = order[i]!;
      order[i] = order[j]!;
      order[j] = moved;
    }
    return order;
  }
}

/**
 * 128 bits of hash of a key: Philox itself as the compression function, state <- state XOR philox(state, block), over
 * 64-bit blocks (Davies-Meyer chaining). Each part is a block (type, length) and then its content: a number's float64
 * bits, or a string's UTF-16 code units four to a block. So parts of other types or other boundaries never coincide.
 */
function hashKey(parts: readonly KeyPart[]): Uint32Array {
  const state = new Uint32Array(4);
  const mixed = new Uint32Array(4);
  const floatView = new DataView(new ArrayBuffer(8));
  const absorb = (block0: number, block1: number) => {
    philox4x32(state, block0, block1, mixed);
    for (let i = 0; i < 4; i++) state[i]! ^= mixed[i]!;
  };
  for (const part of parts) {
    if (typeof part === 'number') {
      if (!Number.isFinite(part)) {
        throw new UsageError(`random stream: a seed or numeric key part must be finite, got ${part}`);
      }
      floatView.setFloat64(0, part + 0, true); // adding zero turns -0 into 0, which compares equal to it
      absorb(1, 1);
      absorb(floatView.getUint32(0, true), floatView.getUint32(4, true));
    } else {
      absorb(2, part.length);
      for (let i = 0; i < part.length; i += 4) absorb(codeUnits(part, i), codeUnits(part, i + 2));
    }
  }
  return state;
}

/** Two UTF-16 code units of `text` as one word; past its end, zeros. */
function codeUnits(text: string, start: number): number {
  const first = start < text.length ? text.charCodeAt(start) : 0;
  const second = start + 1 < text.length ? text.charCodeAt(start + 1) : 0;
  return first | (second << 16);
}
