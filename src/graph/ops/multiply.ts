/** Two matrices to be multiplied. The left one is walked by steps, so that it may lie transposed. */
export interface Factors {
  left: Float64Array;
  /** From a row of the left matrix to the next, and from a term to the next. */
  rowStep: number;
  termStep: number;
  right: Float64Array;
}

export type Sizes = readonly [rows: number, terms: number, columns: number];

/**
 * out [rows, columns] += left [rows, terms] times right [terms, columns]. Blocks of rows and terms read and write memory far
 * less often. How an element is added up depends on whether its row has a neighbour in a pair, not on the size of the blocks.
 */
export function multiplyInto(out: Float64Array, sizes: Sizes, factors: Factors): void {
  const [rows, terms, columns] = sizes;
  const { left, rowStep, termStep, right } = factors;
  const fours = rows - (rows % 4);
  const pairs = rows - (rows % 2);
  const blocked = terms - (terms % 4);
  multiplyFours(out, [fours, blocked, columns], factors);
  if (fours < pairs) multiplyPair(out, [fours, blocked, columns], factors);
  for (let i = 0; i < rows; i++) {
    const to = i * columns;
    let k = i < pairs ? blocked : 0;
    // Two terms at a time, one after the other.
    for (; k + 1 < terms; k += 2) {
      const x0 = left[i * rowStep + k * termStep]!;
      const x1 = left[i * rowStep + (k + 1) * termStep]!;
      const row0 = k * columns;
      const row1 = row0 + columns;
      for (let j = 0; j < columns; j++) {
        out[to + j] = out[to + j]! + x0 * right[row0 + j]! + x1 * right[row1 + j]!;
      }
    }
    if (k === terms) continue;
    const x = left[i * rowStep + k * termStep]!;
    const row = k * columns;
    for (let j = 0; j < columns; j++) out[to + j]! += x * right[row + j]!;
  }
}

/** Four rows and four terms at a time. */
function multiplyFours(
  out: Float64Array,
  [rows, terms, columns]: Sizes,
  { left, rowStep, termStep, right }: Factors,
): void {
  for (let i = 0; i < rows; i += 4) {
    for (let k = 0; k < terms; k += 4) {
      const a = i * rowStep + k * termStep;
      const a0 = left[a]!;
      const a1 = left[a + termStep]!;
      const a2 = left[a + 2 * termStep]!;
      const a3 = left[a + 3 * termStep]!;
      const b = a + rowStep;
      const b0 = left[b]!;
      const b1 = left[b + termStep]!;
      const b2 = left[b + 2 * termStep]!;
      const b3 = left[b + 3 * termStep]!;
      const c = b + rowStep;
      const c0 = left[c]!;
      const c1 = left[c + termStep]!;
      const c2 = left[c + 2 * termStep]!;
      const c3 = left[c + 3 * termStep]!;
      const d = c + rowStep;
      const d0 = left[d]!;
      const d1 = left[d + termStep]!;
      const d2 = left[d + 2 * termStep]!;
      const d3 = left[d + 3 * termStep]!;
      const row0 = k * columns;
      const row1 = row0 + columns;
      const row2 = row1 + columns;
      const row3 = row2 + columns;
      const toA = i * columns;
      const toB = toA + columns;
      const toC = toB + columns;
      const toD = toC + columns;
      for (let j = 0; j < columns; j++) {
        const y0 = right[row0 + j]!;
        const y1 = right[row1 + j]!;
        const y2 = right[row2 + j]!;
        const y3 = right[row3 + j]!;
        out[toA + j]! += a0 * y0 + a1 * y1 + a2 * y2 + a3 * y3;
        out[toB + j]! += b0 * y0 + b1 * y1 + b2 * y2 + b3 * y3;
        out[toC + j]! += c0 * y0 + c1 * y1 + c2 * y2 + c3 * y3;
        out[toD + j]! += d0 * y0 + d1 * y1 + d2 * y2 + d3 * y3;
      }
    }
  }
}

/** The pair of rows that begins at `first`, four terms at a time. */
function multiplyPair(
  out: Float64Array,
  [first, terms, columns]: Sizes,
  { left, rowStep, termStep, right }: Factors,
): void {
  const toA = first * columns;
  const toB = toA + columns;
  for (let k = 0; k < terms; k += 4) {
    const a = first * rowStep + k * termStep;
    const a0 = left[a]!;
    const a1 = left[a + termStep]!;
    const a2 = left[a + 2 * termStep]!;
    const a3 = left[a + 3 * termStep]!;
    const b = a + rowStep;
    const b0 = left[b]!;
    const b1 = left[b + termStep]!;
    const b2 = left[b + 2 * termStep]!;
    const b3 = left[b + 3 * termStep]!;
    const row0 = k * columns;
    const row1 = row0 + columns;
    const row2 = row1 + columns;
    const row3 = row2 + columns;
    for (let j = 0; j < columns; j++) {
      const y0 = right[row0 + j]!;
      const y1 = right[row1 + j]!;
      const y2 = right[row2 + j]!;
      const y3 = right[row3 + j]!;
      out[toA + j]! += a0 * y0 + a1 * y1 + a2 * y2 + a3 * y3;
      out[toB + j]! += b0 * y0 + b1 * y1 + b2 * y2 + b3 * y3;
    }
  }
}
