import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, vi } from 'vitest';
import type { runProgram } from '../../src/cli/program.ts';
import { CLI, type Ended } from './gansmith.ts';

/* Commands of the command line in this process: without the second that a process takes to start. */

/** Runs a command of the sources, in a folder. Training has a thread of built code, so what trains a run is for the others. */
export async function runHere(args: readonly string[], cwd: string): Promise<Ended> {
  const { runProgram } = await import('../../src/cli/program.ts');
  return ended(runProgram, args, cwd);
}

/** Runs a command of the built command line, in a folder. */
export async function runBuilt(args: readonly string[], cwd: string): Promise<Ended> {
  if (!existsSync(CLI)) throw new Error(`${CLI} is missing: run 'npm run build' before the tests`);
  // As the command line does first, for its training thread.
  await import(join(dirname(CLI), '../runtime/node/telemetry.js'));
  const built = (await import(join(dirname(CLI), 'program.js'))) as { runProgram: typeof runProgram };
  return ended(built.runProgram, args, cwd);
}

async function ended(program: typeof runProgram, args: readonly string[], cwd: string): Promise<Ended> {
  const before = process.cwd();
  let [stdout, stderr] = ['', ''];
  const writesTo = (stream: NodeJS.WriteStream, add: (text: string) => void) =>
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      add(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
      return true;
    });
  const spies = [
    writesTo(process.stdout, (text) => {
      stdout += text;
    }),
    writesTo(process.stderr, (text) => {
      stderr += text;
    }),
  ];
  vi.stubEnv('GANSMITH_CACHE', join(cwd, '.cache'));
  process.chdir(cwd);
  process.exitCode = undefined;
  try {
    await program(args);
    return { code: Number(process.exitCode ?? 0), signal: null, stdout, stderr };
  } finally {
    process.exitCode = undefined;
    process.chdir(before);
    vi.unstubAllEnvs();
    for (const spy of spies) spy.mockRestore();
  }
}

/** Runs a command of the sources that must succeed without a word on standard error; gives its standard output. */
export const succeedHere = async (args: readonly string[], cwd: string): Promise<string> =>
  succeeded(await runHere(args, cwd));

/** The same of the built command line. */
export const succeedBuilt = async (args: readonly string[], cwd: string): Promise<string> =>
  succeeded(await runBuilt(args, cwd));

function succeeded({ code, stdout, stderr }: Ended): string {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}
