import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { GansmithError, nearest, UsageError } from '../base/errors.ts';
import type { AnyGan } from '../gan/defineGan.ts';

export interface FoundGan {
  gan: AnyGan;
  /** Name in the zoo, or absolute path of the user's file. */
  source: string;
  /** SHA-256 of the user's file. */
  sha256?: string;
}

/**
 * The GAN a user means: a name in the zoo, or the path of a file that exports one.
 * @throws UsageError when there is none of that name, or the file cannot be loaded or exports no GAN.
 */
export async function findGan(nameOrPath: string): Promise<FoundGan> {
  const { zoo } = await import('../zoo/index.ts');
  const known = zoo.find(({ name }) => name === nameOrPath);
  if (known) return { gan: known, source: known.name };
  if (looksLikePath(nameOrPath)) return loadGanFile(nameOrPath);
  const names = zoo.map(({ name }) => name);
  throw new UsageError(`there is no GAN named '${nameOrPath}'${guess(nameOrPath, names)}`);
}

const EXTENSIONS = ['ts', 'mts', 'js', 'mjs'];

const looksLikePath = (text: string): boolean =>
  /[\\/]/.test(text) || EXTENSIONS.some((extension) => text.endsWith(`.${extension}`));

function guess(name: string, names: readonly string[]): string {
  const file = EXTENSIONS.map((extension) => `${name}.${extension}`).find((path) => existsSync(path));
  if (file) return `; did you mean the file ./${file}?`;
  const close = nearest(name, names);
  const hint = close ? `did you mean '${close}'?` : `there are ${names.join(', ')}`;
  return `; ${hint} A GAN of your own is given by its file, such as ./my-gan.ts`;
}

async function loadGanFile(path: string): Promise<FoundGan> {
  const source = resolve(path);
  if (!EXTENSIONS.some((extension) => source.endsWith(`.${extension}`))) {
    throw new UsageError(
      `${path}: expected a file that ends in ${EXTENSIONS.map((extension) => `.${extension}`).join(', ')}`,
    );
  }
  let content: Buffer;
  try {
    content = await readFile(source);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new UsageError(
      `${path} ${missing ? 'does not exist' : `cannot be read: ${(error as Error).message}`}`,
    );
  }
  const gan = onlyGan(await importFile(source, path), path);
  return { gan, source, sha256: createHash('sha256').update(content).digest('hex') };
}

/**
 * Imports a user's file, TypeScript or not. What it imports from 'gansmith' and 'zod' are the very modules running here,
 * wherever the file lies: its tensors must be the ones this process compiles.
 */
async function importFile(source: string, path: string): Promise<Record<string, unknown>> {
  const [{ createJiti }, zod, ...own] = await Promise.all([
    import('jiti'),
    import('zod'),
    import('../index.ts'),
    import('../zoo/index.ts'),
    import('../data/node.ts'),
    import('../runtime/node.ts'),
    import('../testing.ts'),
  ]);
  const names = ['gansmith', 'gansmith/zoo', 'gansmith/data', 'gansmith/runtime', 'gansmith/testing'];
  const virtualModules = { zod, ...Object.fromEntries(names.map((name, i) => [name, own[i]])) };
  const jiti = createJiti(import.meta.url, { fsCache: false, virtualModules });
  try {
    return await jiti.import<Record<string, unknown>>(source);
  } catch (error) {
    throw new UsageError(`${path} cannot be loaded: ${importProblem(error, source)}`, { cause: error });
  }
}

/** What went wrong in words of one or two lines, without the path the message has already. */
function importProblem(error: unknown, source: string): string {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof GansmithError) return message;
  const [first, ...rest] = message.split('\n').filter((line) => line.trim() !== '');
  if (/^ParseError/.test(first ?? '')) {
    const place = /:(\d+):(\d+)\s*$/.exec(rest[0] ?? '');
    const where = place ? ` in line ${place[1]}, column ${place[2]}` : '';
    return `syntax error${where}: ${first!
      .replace(/^ParseError:\s*/, '')
      .replace(source, '')
      .trim()}`;
  }
  const line = lineIn(error, source);
  return `${first ?? 'it threw an error without a message'}${line ? ` (line ${line})` : ''}`;
}

/**
 * An error met while a user's own GAN was at work: when it arose in their file, in their words, with the line. Other
 * errors are handed back as they are.
 */
export function blameGanFile(error: unknown, gan: string): unknown {
  if (error instanceof GansmithError || !looksLikePath(gan)) return error;
  const line = lineIn(error, resolve(gan));
  if (!line) return error;
  // Imported names come back from the transpiler as `(0 , _module.name)`.
  const message = (error as Error).message.replace(/\(0 ?, ?_\w+\.(\w+)\)/g, '$1');
  return new GansmithError(`${gan}, line ${line}: ${message}`, { cause: error });
}

/** The line of a user's file where an error arose, if its stack tells. */
function lineIn(error: unknown, source: string): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const frame = stack
    .split('\n')
    .find((line) => line.trim().startsWith('at ') && line.includes(basename(source)));
  return /:(\d+):\d+\)?$/.exec(frame ?? '')?.[1];
}

function onlyGan(module: Record<string, unknown>, path: string): AnyGan {
  if (isGan(module.default)) return module.default;
  const found = Object.entries(module).filter(([, value]) => isGan(value));
  if (found.length === 1) return found[0]![1] as AnyGan;
  if (found.length > 1) {
    const names = found.map(([name]) => name).join(', ');
    throw new UsageError(
      `${path} exports ${found.length} GANs (${names}); export the one to train as default`,
    );
  }
  throw new UsageError(`${path} exports no GAN; write: export default defineGan({ ... })`);
}

function isGan(value: unknown): value is AnyGan {
  if (typeof value !== 'object' || value === null) return false;
  const gan = value as Partial<AnyGan>;
  const functions = [gan.networks, gan.optimizers, gan.inputs, gan.phases];
  return (
    typeof gan.name === 'string' &&
    typeof gan.config?.safeParse === 'function' &&
    functions.every((part) => typeof part === 'function')
  );
}
