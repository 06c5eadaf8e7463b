/**
 * The three matrices of a minimal filtering algorithm F(m, r), which makes m outputs of a correlation with r taps from
 * m + r - 1 products instead of m r: y = output ((kernel g) * (input d)), with `*` element by element
 * (Winograd 1980; Lavin and Gray 2015, arXiv:1509.09308, equations 5 to 8). Rows first.
 */
export interface WinogradMatrices {
  /** [m + r - 1, m + r - 1]: the transform of a window of inputs, B^T in the paper. */
  input: readonly (readonly number[])[];
  /** [m + r - 1, r]: the transform of the taps, G. */
  kernel: readonly (readonly number[])[];
  /** [m, m + r - 1]: from products to outputs, A^T. */
  output: readonly (readonly number[])[];
}

/**
 * Where polynomials are evaluated, beside infinity. Small points of either sign and their reciprocals err least
 * (Barabasz et al. 2018, arXiv:1803.10986); in float32 the relative error of F(4, 2) and F(4, 3) was seen to be 2e-6, that
 * of F(2, 2) and F(2, 3) 6e-7, that of plain sums 3e-7.
 */
const POINTS = [0, 1, -1, 1 / 2, -2] as const;

/**
 * Toom and Cook's construction: a product of polynomials of r and m coefficients is known from its values at m + r - 2
 * points and its leading coefficient. Turned round (transposed), the same matrices compute the correlation.
 */
export function winogradMatrices(outputs: number, taps: number): WinogradMatrices {
  const size = outputs + taps - 1;
  const points = POINTS.slice(0, size - 1);
  /** Row i takes coefficients to the value at point i; the last row takes the leading one. */
  const evaluation = (coefficients: number): number[][] => [
    ...points.map((point) => Array.from({ length: coefficients }, (_, power) => point ** power)),
    Array.from({ length: coefficients }, (_, power) => (power === coefficients - 1 ? 1 : 0)),
  ];
  return {
    input: transposed(inverse(evaluation(size))),
    kernel: evaluation(taps),
    output: transposed(evaluation(outputs)),
  };
}

/** Kronecker product: applies one matrix along the first of two axes and one along the second. */
export const kronecker = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number[][] =>
  a.flatMap((left) => b.map((right) => left.flatMap((x) => right.map((y) => x * y))));

export const transposed = (matrix: readonly (readonly number[])[]): number[][] =>
  matrix[0]!.map((_, column) => matrix.map((row) => row[column]!));

/** Gauss and Jordan's elimination. Entries here are small dyadic rationals, so next to nothing is rounded. */
function inverse(matrix: readonly (readonly number[])[]): number[][] {
  const size = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let column = 0; column < size; column++) {
    const pivot = rows.findIndex((row, i) => i >= column && row[column] !== 0);
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    const head = rows[column]!;
    const scale = head[column]!;
    rows[column] = head.map((x) => x / scale);
    for (const [i, row] of rows.entries()) {
      const factor = row[column]!;
      if (i !== column && factor !== 0) rows[i] = row.map((x, j) => x - factor * rows[column]![j]!);
    }
  }
  return rows.map((row) => row.slice(size));
}
