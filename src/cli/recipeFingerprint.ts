import { nativeSha256 } from '../data/node/hash.ts';

/**
 * Twelve hexadecimal digits by which a trial on record is found again: the same for the same settings, in whichever
 * order they were declared.
 */
export function recipeFingerprint(recipe: Record<string, unknown>): string {
  return nativeSha256([new TextEncoder().encode(JSON.stringify(recipe, sortedKeys))]).slice(0, 12);
}

const sortedKeys = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
