/**
 * A failure the user can understand: the message says where, what was expected, what came, and what to do.
 * The command line prints the message alone and exits with `exitCode`.
 */
export class GansmithError extends Error {
  readonly exitCode: number = 1;
  override name = 'GansmithError';
}

/** The request itself was wrong (a misspelt key, a missing file, a value out of range): exit code 2, nothing written. */
export class UsageError extends GansmithError {
  override readonly exitCode: number = 2;
  override name = 'UsageError';
}

/** Shapes or element types that do not fit each other, in the words of the operation that met them. */
export class ShapeError extends GansmithError {
  override name = 'ShapeError';
}

/** The candidate nearest to `word` by edit distance, or undefined when none is close enough to be a likely slip. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const limit = Math.max(2, Math.floor(word.length / 3));
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance <= limit && (!best || distance < best.distance)) best = { candidate, distance };
  }
  return best?.candidate;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(substitution, previous[j]! + 1, current[j - 1]! + 1));
    }
    previous = current;
  }
  return previous[b.length]!;
}
