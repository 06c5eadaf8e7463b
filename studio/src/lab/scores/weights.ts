/** Weights a classifier gives to classes, a row for each picture. */
export type Weights = readonly (readonly number[])[];

/** `90,5,5;5,90,5` as weights; what is no number from 0 to 100 is 0. */
export function parseWeights(
  text: string,
  { pictures, classes }: { pictures: number; classes: number },
): Weights {
  const rows = text.split(';').map((row) => row.split(','));
  return Array.from({ length: pictures }, (_, i) =>
    Array.from({ length: classes }, (_, k) => {
      const weight = Math.round(Number(rows[i]?.[k] ?? 0));
      return weight >= 0 && weight <= 100 ? weight : 0;
    }),
  );
}

export const weightsText = (weights: Weights): string => weights.map((row) => row.join(',')).join(';');
