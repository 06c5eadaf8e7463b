import { nearest, UsageError } from '../base/errors.ts';

/** @throws UsageError when a name is none of those known, naming the nearest of them. */
export function checkName(where: string, what: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  const meant = nearest(String(name), known);
  throw new UsageError(
    `${where}: no ${what} '${name}'; ${meant ? `did you mean '${meant}'?` : `expected one of ${known.join(', ')}`}`,
  );
}
