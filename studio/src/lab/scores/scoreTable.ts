import { type Features, inceptionScore } from 'gansmith/metrics';
import type { Weights } from './weights.ts';

/** Rows that sum to 1; a row of nothing is as sure of each class. */
function distributions(weights: Weights): Features {
  const width = weights[0]!.length;
  const data = weights.flatMap((row) => {
    const total = row.reduce((sum, weight) => sum + weight, 0);
    return row.map((weight) => (total === 0 ? 1 / width : weight / total));
  });
  return { data: Float64Array.from(data), count: weights.length, width };
}

/** The score of all pictures as one split, and the mean distribution p(y). */
export function scoreTable(weights: Weights): { score: number; mean: number[] } {
  const rows = distributions(weights);
  const { count, width, data } = rows;
  const mean = Array.from({ length: width }, (_, k) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += data[i * width + k]!;
    return sum / count;
  });
  return { score: inceptionScore(rows, { splits: 1 }).value, mean };
}
