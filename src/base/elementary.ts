/*
 * exp, log, tanh and powers, made of additions, products, quotients and roots alone. IEEE 754 has those rounded the same way
 * everywhere, while the functions of `Math` differ in their last bit from one version of a JavaScript engine to the next. So
 * what is computed with these has the same bits in every browser and in Node.
 */

/** 2^k for k from -1074 to 1023, at index k + 1074. */
const POWERS_OF_TWO = new Float64Array(2098);
POWERS_OF_TWO[0] = Number.MIN_VALUE;
for (let i = 1; i < POWERS_OF_TWO.length; i++) POWERS_OF_TWO[i] = 2 * POWERS_OF_TWO[i - 1]!;
const powerOfTwo = (k: number): number => POWERS_OF_TWO[k + 1074]!;

/** log 2 in two parts: the first ends in 21 zero bits, so that a whole number of them is exact (Cody and Waite 1980). */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

const HALF_LN2 = Math.LN2 / 2;

/** (e^r - 1 - r) / r^2 for |r| <= log(2) / 2, by its series up to r^11 / 13!. */
function tail(r: number): number {
  const s = r * r;
  // Even and odd terms apart, which a processor can work at together.
  const even = 1 / 2 + s * (1 / 24 + s * (1 / 720 + s * (1 / 40320 + s * (1 / 3628800 + s / 479001600))));
  const odd = 1 / 6 + s * (1 / 120 + s * (1 / 5040 + s * (1 / 362880 + s * (1 / 39916800 + s / 6227020800))));
  return even + r * odd;
}

/** e^x, to one unit in the last place. */
export function exp(x: number): number {
  if (!(x < 709.79)) return x > 0 ? Number.POSITIVE_INFINITY : Number.NaN;
  if (x < -745.2) return 0;
  // e^x = 2^k e^r
  const k = Math.round(x / Math.LN2);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const y = 1 + (r + (high - r - low + r * r * tail(r)));
  if (k > -1000 && k < 1000) return y * powerOfTwo(k);
  const half = Math.trunc(k / 2);
  return y * powerOfTwo(half) * powerOfTwo(k - half);
}

const bits = new DataView(new ArrayBuffer(8));

/** The natural logarithm, to one unit in the last place; NaN below 0. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  if (x < 2 ** -1022) return log(x * 2 ** 54) - 54 * Math.LN2;
  // x = 2^k (1 + f) with 1 + f from sqrt(1/2) to sqrt(2)
  bits.setFloat64(0, x);
  const top = bits.getUint32(0);
  let k = (top >>> 20) - 1023;
  bits.setUint32(0, (top & 0xfffff) | 0x3ff00000);
  let mantissa = bits.getFloat64(0);
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    k++;
  }
  const f = mantissa - 1;
  // log(1 + f) = 2 artanh(s) = 2 s + s R with s = f / (2 + f), and 2 s = f - s f = f - f^2/2 + s f^2/2
  const s = f / (2 + f);
  const t = s * s;
  const u = t * t;
  const even = 2 / 5 + u * (2 / 9 + u * (2 / 13 + u * (2 / 17 + (u * 2) / 21)));
  const odd = 2 / 3 + u * (2 / 7 + u * (2 / 11 + u * (2 / 15 + u * (2 / 19 + (u * 2) / 23))));
  const rest = odd + t * even;
  const square = (f * f) / 2;
  return k * LN2_HIGH - (square - (s * (square + t * rest) + k * LN2_LOW) - f);
}

/** The hyperbolic tangent, to four units in the last place. */
export function tanh(x: number): number {
  const a = Math.abs(x);
  if (a === 0) return x;
  if (a > 22) return Math.sign(x);
  // tanh(x) = (e^2x - 1) / (e^2x + 1)
  const y = 2 * a;
  const less = y < HALF_LN2 ? y + y * y * tail(y) : exp(y) - 1;
  const size = less / (less + 2);
  return x < 0 ? -size : size;
}

/** Whole exponents up to this are products. */
const PRODUCT = 8;

/** a^b as the operator `**` has it, to b log(a) units in the last place. */
export function power(a: number, b: number): number {
  const whole = Number.isInteger(b);
  if (whole && Math.abs(b) <= PRODUCT) {
    let product = 1;
    for (let n = Math.abs(b); n > 0; n--) product *= a;
    return b < 0 ? 1 / product : product;
  }
  if (b === 0.5) return Math.sqrt(a);
  if (a < 0 && !whole) return Number.NaN;
  const size = exp(b * log(Math.abs(a)));
  return a < 0 && b % 2 !== 0 ? -size : size;
}
