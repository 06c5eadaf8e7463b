/** The middle value; the mean of the two in the middle for an even count. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2;
}

export interface Spread {
  median: number;
  lowest: number;
  highest: number;
}

export const spread = (values: readonly number[]): Spread => ({
  median: rounded(median(values)),
  lowest: rounded(Math.min(...values)),
  highest: rounded(Math.max(...values)),
});

/** Four digits: more would be noise. */
export const rounded = (value: number): number => Number(value.toPrecision(4));
