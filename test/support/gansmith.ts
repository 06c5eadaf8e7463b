import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, expect } from 'vitest';

/** The built command line, as users run it. */
export const CLI = resolve(import.meta.dirname, '../../dist/cli/main.js');

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  child: ChildProcess;
  /** Resolves when a line of standard output fits. */
  line(fits: (line: string) => boolean): Promise<string>;
  ended: Promise<Ended>;
}

/** Starts the command line in a folder. */
export function start(args: readonly string[], cwd: string, program = [process.execPath, CLI]): Running {
  if (!existsSync(CLI)) throw new Error(`${CLI} is missing: run 'npm run build' before the tests`);
  // A cache of the folder's own: the user's must neither decide anything nor be written.
  const environment = { ...process.env, GANSMITH_CACHE: join(cwd, '.cache'), GANSMITH_DEBUG: '' };
  const child = spawn(program[0]!, [...program.slice(1), ...args], { cwd, env: environment });
  let [stdout, stderr, partial] = ['', '', ''];
  const seen: string[] = [];
  let waiting: { fits(line: string): boolean; resolve(line: string): void }[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk;
    const lines = (partial + chunk).split('\n');
    partial = lines.pop()!;
    for (const line of lines) {
      seen.push(line);
      for (const { fits, resolve } of waiting) if (fits(line)) resolve(line);
      waiting = waiting.filter(({ fits }) => !fits(line));
    }
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return {
    child,
    ended,
    line(fits) {
      const found = seen.find(fits);
      if (found !== undefined) return Promise.resolve(found);
      return new Promise((resolve, reject) => {
        waiting.push({ fits, resolve });
        ended.then((end) => reject(new Error(`ended before the line came: ${JSON.stringify(end)}`)));
      });
    },
  };
}

/** Runs the command line to its end. */
export const run = (args: readonly string[], cwd: string): Promise<Ended> => start(args, cwd).ended;

/** Runs a command that must succeed without a word on standard error; gives its standard output. */
export async function succeed(args: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await run(args, cwd);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

/** The events that `--json` printed; throws when a line is not JSON. */
export const eventsOf = (stdout: string): { type: string; [key: string]: unknown }[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A folder with nothing but these files, removed after the tests of the file. */
export function folderWith(files: Record<string, string | Uint8Array> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'gansmith-test-'));
  made.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** Every file below a folder with its content, to see whether anything was written. */
export function contentOf(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries
      .map((entry) => [join(entry.parentPath, entry.name), entry] as const)
      .filter(([path]) => !path.startsWith(join(folder, '.cache')))
      .map(([path, entry]) => [path, entry.isFile() ? readFileSync(path, 'latin1') : 'folder']),
  );
}

/** A GAN of a user's own, in one file. */
export const OWN_GAN = `import { adam, criticLoss, defineGan, dense, generatorLoss, normal, relu, z } from 'gansmith';

const layers = { hidden: { units: 8 }, out: (units: number) => ({ units }) };

export default defineGan({
  name: 'own',
  title: 'A GAN of my own',
  data: ['points'],
  config: z.strictObject({
    batch: z.int().min(1).default(8).describe('examples in a step'),
    lr: z.number().min(0).default(1e-3).describe('learning rate'),
  }),
  networks: (_, data) => ({
    G: (scope, z) => dense(scope, 'out', relu(dense(scope, 'hidden', z!, layers.hidden)), layers.out(data.shape[0]!)),
    D: (scope, x) => dense(scope, 'out', relu(dense(scope, 'hidden', x!, layers.hidden)), layers.out(1)),
  }),
  optimizers: (c) => ({ G: adam({ lr: c.lr, b1: 0.5, b2: 0.9 }), D: adam({ lr: c.lr, b1: 0.5, b2: 0.9 }) }),
  inputs: () => ({ z: normal([2]) }),
  phases: () => [
    { name: 'critic', trains: 'D', step: ({ G, D }, { real, z }) => ({ loss: criticLoss(D(real), D(G(z))) }) },
    { name: 'generator', trains: 'G', step: ({ G, D }, { z }) => ({ loss: generatorLoss(D(G(z))) }) },
  ],
});
`;

/** Settings that make the perceptrons of `gan` small. */
export const SMALL = ['batch=8', 'generator=[8]', 'critic=[8]'] as const;
