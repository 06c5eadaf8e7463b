import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { runProgram } from '../../src/cli/program.ts';
import type { Ended } from './gansmith.ts';

/**
 * Runs a command of the command line in this process, in a folder: without the second that a process takes to start. Training has a
 * thread of built code, so what trains a run is for `run`.
 */
export async function runHere(args: readonly string[], cwd: string): Promise<Ended> {
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
    await runProgram(args);
    return { code: Number(process.exitCode ?? 0), signal: null, stdout, stderr };
  } finally {
    process.exitCode = undefined;
    process.chdir(before);
    vi.unstubAllEnvs();
    for (const spy of spies) spy.mockRestore();
  }
}

/** Runs a command here that must succeed without a word on standard error; gives its standard output. */
export async function succeedHere(args: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await runHere(args, cwd);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}
