import { exp } from '../../base/elementary.ts';

/**
 * The Gauss error function, 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x: a series near zero, the continued
 * fraction of the complement further out; both to float64 accuracy.
 */
export function errorFunction(x: number): number {
  const a = Math.abs(x);
  if (a < 2.5) {
    // erf x = 2/sqrt(pi) e^{-x^2} sum_n 2^n x^{2n+1} / (2n+1)!!, all terms of one sign (Abramowitz and Stegun 7.1.6)
    let term = a;
    let sum = a;
    for (let n = 1; term > sum * 1e-17; n++) {
      term *= (2 * a * a) / (2 * n + 1);
      sum += term;
    }
    return (Math.sign(x) * 2 * exp(-a * a) * sum) / Math.sqrt(Math.PI);
  }
  if (a > 6) return Math.sign(x);
  // erfc x = e^{-x^2}/sqrt(pi) / (x + (1/2)/(x + 1/(x + (3/2)/(x + ...)))) (Abramowitz and Stegun 7.1.14)
  let fraction = a;
  for (let n = 80; n > 0; n--) fraction = a + n / 2 / fraction;
  return Math.sign(x) * (1 - exp(-a * a) / Math.sqrt(Math.PI) / fraction);
}
