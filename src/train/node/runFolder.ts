import { mkdir, readdir, readFile, rename, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type * as z from 'zod';
import { GansmithError, nearest, UsageError } from '../../base/errors.ts';
import { diskError, systemCode, writeFileAtomic } from '../../base/node.ts';
import { type RunRecord, type RunStatus, runRecord, runStatus } from './runRecord.ts';

/** Names inside a run's folder. */
export const RUN_FILES = {
  record: 'run.json',
  status: 'status.json',
  events: 'events.jsonl',
  control: 'control.json',
  samples: 'samples',
  checkpoints: 'checkpoints',
  profile: 'profile.json',
  profileText: 'profile.md',
  trace: 'trace.json',
} as const;

/** Six digits, so that names sort as steps do. */
export const stepName = (step: number): string => String(step).padStart(6, '0');

/**
 * Makes the folder of a new run, such as `runs/00003-dcgan-mnist`, under the next free number.
 * Runs started at the same moment get numbers of their own.
 *
 * @param data the source as the user gave it
 *
 * Throws GansmithError when the folder cannot be made.
 */
export async function createRunFolder({
  out,
  gan,
  data,
}: {
  out: string;
  gan: string;
  data: string;
}): Promise<string> {
  const label = `${safeName(gan)}-${safeName(dataLabel(data))}`;
  try {
    await mkdir(out, { recursive: true });
    for (let number = await nextNumber(out); ; number++) {
      const digits = String(number).padStart(5, '0');
      if (!(await claim(out, digits))) continue;
      const path = join(out, `${digits}-${label}`);
      await rename(join(out, digits), path);
      await mkdir(join(path, RUN_FILES.samples));
      await mkdir(join(path, RUN_FILES.checkpoints));
      return path;
    }
  } catch (error) {
    throw diskError('make a run folder in', out, error);
  }
}

/**
 * Claims a number by making a folder of that name alone, which only one process can. Another may have had the number and
 * renamed its folder before that, so the name is looked for once more.
 */
async function claim(out: string, digits: string): Promise<boolean> {
  try {
    await mkdir(join(out, digits));
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
  const taken = (await readdir(out)).some((name) => name.startsWith(`${digits}-`));
  if (taken) await rmdir(join(out, digits));
  return !taken;
}

async function nextNumber(out: string): Promise<number> {
  const numbers = (await readdir(out)).map((name) => Number(/^(\d{5,})(-|$)/.exec(name)?.[1] ?? -1));
  return Math.max(-1, ...numbers) + 1;
}

/** `folder:./my photos/` is `my photos`, `bimodal:0.3` stays as it is. */
function dataLabel(source: string): string {
  const [, kind, path] = /^(folder|zip|idx):(.*)$/.exec(source) ?? [];
  if (path === undefined) return source;
  return basename(path).replace(/\.(zip|gz)$/i, '') || kind!;
}

/** A name for any file system: lower-case letters, digits, dots and hyphens, at most 40. */
const safeName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .slice(0, 40)
    .replace(/^[-.]+|[-.]+$/g, '') || 'unnamed';

export interface OpenedRun {
  /** The path as the user gave it. */
  path: string;
  record: RunRecord;
  /** Undefined when it cannot be read. */
  status: RunStatus | undefined;
}

/**
 * Reads the description of a run.
 * @throws UsageError when there is none at that path; GansmithError when it is damaged or newer than this version.
 */
export async function openRunFolder(path: string): Promise<OpenedRun> {
  const file = join(path, RUN_FILES.record);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw await noRun(path, error);
  }
  const json = parseJson(text);
  if (isNewer(json)) {
    throw new GansmithError(
      `${file} was written by a newer gansmith (format ${json.format}); update gansmith`,
    );
  }
  return { path, record: checked(runRecord, json, file), status: await readStatus(path) };
}

const isNewer = (json: unknown): json is { format: number } =>
  typeof json === 'object' && json !== null && 'format' in json && Number(json.format) > 1;

function checked<T>(schema: z.ZodType<T>, json: unknown, file: string): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const where = issue.path.length > 0 ? `'${issue.path.join('.')}': ` : '';
  throw new GansmithError(
    `${file} is damaged: ${where}${issue.message}; restore it, or train anew. Its checkpoints can still be sampled by their own path`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function noRun(path: string, error: unknown): Promise<UsageError> {
  const code = systemCode(error);
  if (code === 'ENOTDIR') {
    return new UsageError(
      `${path} is a file, not the folder of a run; give a folder such as runs/00000-dcgan-mnist`,
    );
  }
  if (code !== 'ENOENT')
    return new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  const exists = await readdir(path).then(
    () => true,
    () => false,
  );
  if (exists) {
    return new UsageError(
      `${path} is not the folder of a run: it has no ${RUN_FILES.record}${await suggestion(path, path)}`,
    );
  }
  return new UsageError(`there is no run at ${path}${await suggestion(path, dirname(path))}`);
}

/** The run the user may have meant: one in the given folder whose name is near, or begins with the same number. */
async function suggestion(path: string, folder: string): Promise<string> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^\d{5,}-/.test(name)).sort();
  const word = basename(path);
  const close = names.find((name) => name.startsWith(word)) ?? nearest(word, names) ?? names.at(-1);
  return close ? `; did you mean ${join(folder, close)}?` : '; give a folder such as runs/00000-dcgan-mnist';
}

export const writeRunRecord = (path: string, record: RunRecord): void =>
  writeFileAtomic(join(path, RUN_FILES.record), jsonText(record));

export const writeRunStatus = (path: string, status: RunStatus): void =>
  writeFileAtomic(join(path, RUN_FILES.status), jsonText(status));

const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

async function readStatus(path: string): Promise<RunStatus | undefined> {
  const text = await readFile(join(path, RUN_FILES.status), 'utf8').catch(() => '');
  return runStatus.safeParse(parseJson(text)).data;
}
