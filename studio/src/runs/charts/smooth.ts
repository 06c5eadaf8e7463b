/**
 * Exponential moving average, freed of its pull to zero at the start as Adam's moments are (Kingma & Ba 2015, section 3).
 * @param weight share of the past, 0 (none) to below 1
 */
export function smooth(values: readonly (number | null)[], weight: number): (number | null)[] {
  if (weight === 0) return [...values];
  let average = 0;
  let past = 1;
  return values.map((value) => {
    if (value === null) return null;
    average = weight * average + (1 - weight) * value;
    past *= weight;
    return average / (1 - past);
  });
}
