import { ShapeError } from '../base/errors.ts';

/** A complex number. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}

/** What becomes of a small disturbance when an update is repeated: it dies out, circles for ever, or grows. */
export type Verdict = 'converges' | 'cycles' | 'diverges';

/** A square matrix, row by row. */
export type Matrix = readonly (readonly number[])[];

/** Spectral radii nearer to 1 than this count as 1: a few roundings of float64. */
const ON_THE_CIRCLE = 1e-13;

export const modulus = ({ re, im }: Complex): number => Math.hypot(re, im);

/** The largest modulus: the factor by which a disturbance changes per step in the long run. */
export const spectralRadius = (values: readonly Complex[]): number => Math.max(...values.map(modulus));

/**
 * The verdict on a linear update with this spectral radius, whose eigenvalues on the unit circle, if any, are simple.
 */
export function verdictOf(radius: number): Verdict {
  if (Math.abs(radius - 1) <= ON_THE_CIRCLE) return 'cycles';
  return radius < 1 ? 'converges' : 'diverges';
}

/** Eigenvalues of a small real matrix: closed form up to 2 x 2, else the roots of the characteristic polynomial. */
export function eigenvalues(matrix: Matrix): Complex[] {
  if (matrix.length === 0 || matrix.some((row) => row.length !== matrix.length)) {
    const lengths = matrix.map((row) => row.length).join(', ');
    throw new ShapeError(
      `eigenvalues: expected a square matrix, got ${matrix.length} rows of ${lengths || 'no'} numbers`,
    );
  }
  const [first, second] = matrix;
  if (matrix.length === 1) return [{ re: first![0]!, im: 0 }];
  if (matrix.length > 2) return polynomialRoots(characteristicPolynomial(matrix));
  const middle = (first![0]! + second![1]!) / 2;
  const halfGap = (first![0]! - second![1]!) / 2;
  const discriminant = halfGap ** 2 + first![1]! * second![0]!;
  const root = Math.sqrt(Math.abs(discriminant));
  return discriminant < 0
    ? [
        { re: middle, im: root },
        { re: middle, im: -root },
      ]
    : [
        { re: middle + root, im: 0 },
        { re: middle - root, im: 0 },
      ];
}

export function multiply(a: Matrix, b: Matrix): number[][] {
  return a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)));
}

/** Coefficients of det(x I - A), the constant first, by Faddeev and Le Verrier's recurrence. */
function characteristicPolynomial(matrix: Matrix): number[] {
  const n = matrix.length;
  const coefficients = new Array<number>(n + 1).fill(0);
  coefficients[n] = 1;
  let power: number[][] = matrix.map((row) => row.map(() => 0));
  for (let k = 1; k <= n; k++) {
    const shifted = multiply(matrix, power);
    power = shifted.map((row, i) => row.map((value, j) => value + (i === j ? coefficients[n - k + 1]! : 0)));
    const product = multiply(matrix, power);
    coefficients[n - k] = -product.reduce((sum, row, i) => sum + row[i]!, 0) / k;
  }
  return coefficients;
}

/** All roots at once by Weierstrass's iteration (Durand-Kerner), of a polynomial with leading coefficient 1. */
function polynomialRoots(coefficients: readonly number[]): Complex[] {
  const degree = coefficients.length - 1;
  // Not real and not symmetric, so that no two guesses move alike.
  let roots = Array.from({ length: degree }, (_, k) => ({
    re: Math.cos(0.4 + (2 * Math.PI * k) / degree),
    im: Math.sin(0.4 + (2 * Math.PI * k) / degree),
  }));
  for (let step = 0; step < 500; step++) {
    const moves = roots.map((root, i) => {
      const others = roots.filter((_, j) => j !== i).map((other) => minus(root, other));
      return over(valueAt(coefficients, root), others.reduce(times, { re: 1, im: 0 }));
    });
    roots = roots.map((root, i) => minus(root, moves[i]!));
    if (spectralRadius(moves) < 1e-16) break;
  }
  return roots;
}

const valueAt = (coefficients: readonly number[], x: Complex): Complex =>
  coefficients.reduceRight<Complex>((sum, c) => minus(times(sum, x), { re: -c, im: 0 }), { re: 0, im: 0 });
const minus = (a: Complex, b: Complex): Complex => ({ re: a.re - b.re, im: a.im - b.im });
const times = (a: Complex, b: Complex): Complex => ({
  re: a.re * b.re - a.im * b.im,
  im: a.re * b.im + a.im * b.re,
});
function over(a: Complex, b: Complex): Complex {
  const square = b.re ** 2 + b.im ** 2;
  return { re: (a.re * b.re + a.im * b.im) / square, im: (a.im * b.re - a.re * b.im) / square };
}
