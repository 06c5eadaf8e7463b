import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { GansmithError, UsageError } from '../base/errors.ts';
import { describeSystemError, readFileOrThrow, writeFileAtomic } from '../base/node.ts';

const RESULTS = 'results.jsonl';
const RECIPES = 'recipe.json';

/** A finished trial, as a line of results. */
export interface TrialRecord {
  data: string;
  protocol: string;
  system: string;
  seed: number;
  /**
   * Scores by measure; also `steps` made and `planned`, `seconds`, the fingerprint of the `recipe`, and, when training
   * diverged, the reason as `failed` in place of scores.
   */
  [key: string]: string | number | null;
}

/** Where the trials of a benchmark are kept. */
export interface BenchFolder {
  path: string;
  /** The trial on record for this recipe and seed. */
  find(recipe: string, seed: number): TrialRecord | undefined;
  /** Keeps a trial, and its recipe under its fingerprint. */
  add(record: TrialRecord, recipe: Record<string, unknown>): void;
  /** Writes a further file. */
  write(name: string, content: Uint8Array): void;
}

/**
 * Opens or makes the folder.
 * @throws UsageError where no folder can be, GansmithError when what lies there cannot be read, or nothing be written.
 */
export function openBenchFolder(out: string): BenchFolder {
  const path = resolve(out);
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new UsageError(
      `--out ${out}: no folder can be made there: ${describeSystemError(error)}; choose another place`,
    );
  }
  const [results, recipes] = [join(path, RESULTS), join(path, RECIPES)];
  const records = readLines(results);
  readRecipes(recipes);
  // That nothing can be written is told before minutes go into a trial, not after.
  if (!existsSync(results)) writeFileAtomic(results, '');
  return {
    path: out,
    find: (recipe, seed) => records.find((record) => record.recipe === recipe && record.seed === seed),
    add(record, recipe) {
      // Both files are read again, since another command may have added to them. The recipe first, so that no line of
      // results is ever without its own.
      const all = { ...readRecipes(recipes), [String(record.recipe)]: recipe };
      writeFileAtomic(recipes, `${JSON.stringify(all, null, 2)}\n`);
      const lines = [...readLines(results), record].map((line) => `${JSON.stringify(line)}\n`);
      writeFileAtomic(results, lines.join(''));
    },
    write: (name, content) => writeFileAtomic(join(path, name), content),
  };
}

function readLines(path: string): TrialRecord[] {
  const lines = readText(path).split('\n').filter(Boolean);
  return lines.map((line, i) => parsed<TrialRecord>(line, `${path}, line ${i + 1}`));
}

const readRecipes = (path: string): Record<string, unknown> =>
  existsSync(path) ? parsed<Record<string, unknown>>(readText(path), path) : {};

/** What a file says; nothing where there is none. */
const readText = (path: string): string =>
  existsSync(path) ? new TextDecoder().decode(readFileOrThrow(path, 'results of a benchmark')) : '';

function parsed<T extends object>(text: string, where: string): T {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as T;
  } catch {
    // Told below, with what is to be done.
  }
  throw new GansmithError(
    `${where} is not a JSON object, so results cannot be added; move the file away, or choose another --out`,
  );
}
