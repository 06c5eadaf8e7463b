/** A chart to draw: a title and the keys on it. */
export interface ChartPlan {
  title: string;
  keys: readonly string[];
}

export interface ChartGroup {
  title: string;
  charts: readonly ChartPlan[];
}

/** The phase and the name of a key such as `critic/penalty`. */
export function splitKey(key: string): { phase: string; name: string } {
  const slash = key.indexOf('/');
  return slash < 0 ? { phase: '', name: key } : { phase: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** Charts for every reported key: the losses of all phases on one, as they are read against each other; the rest by phase. */
export function chartGroups(keys: readonly string[]): ChartGroup[] {
  const losses = keys.filter((key) => splitKey(key).name === 'loss');
  const others = keys.filter((key) => splitKey(key).name !== 'loss');
  const phases = [...new Set(others.map((key) => splitKey(key).phase))];
  return [
    ...(losses.length > 0 ? [{ title: 'Losses', charts: [{ title: 'loss', keys: losses }] }] : []),
    ...phases.map((phase) => ({
      title: phase === '' ? 'Other' : `${phase[0]!.toUpperCase()}${phase.slice(1)} phase`,
      charts: others
        .filter((key) => splitKey(key).phase === phase)
        .map((key) => ({ title: splitKey(key).name, keys: [key] })),
    })),
  ];
}

/** The colour that means the network a phase trains, by the phase's name; that of plain text for others. */
export function colourOfPhase(phase: string): string {
  if (/crit|disc|^d$/i.test(phase)) return '--critic';
  if (/gen|path|^g$/i.test(phase)) return '--generator';
  return '--ink';
}

/** What a line shows, for those who do not see it. */
export function describeLine(
  label: string,
  steps: readonly number[],
  values: readonly (number | null)[],
  format: (value: number) => string,
): string {
  const known = values.flatMap((value, i) => (value === null ? [] : [{ value, step: steps[i]! }]));
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last) return `${label}: nothing yet`;
  const low = known.reduce((a, b) => (b.value < a.value ? b : a));
  const high = known.reduce((a, b) => (b.value > a.value ? b : a));
  return (
    `${label}: ${format(first.value)} at step ${first.step}, ${format(last.value)} at step ${last.step}, ` +
    `lowest ${format(low.value)} at step ${low.step}, highest ${format(high.value)} at step ${high.step}`
  );
}
