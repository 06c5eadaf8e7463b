/** Losses as a table: what did not move has no number. Numbers are written so that they read back exactly. */
export function lossesCsv(losses: readonly number[]): string {
  const rows: string[] = ['step,critic/loss,generator/loss'];
  for (let i = 0; i < losses.length; i += 3) {
    rows.push(
      losses
        .slice(i, i + 3)
        .map((value) => (Number.isNaN(value) ? '' : String(value)))
        .join(','),
    );
  }
  return `${rows.join('\n')}\n`;
}
