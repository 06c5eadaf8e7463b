import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { homedir, platform } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { GansmithError, UsageError } from './errors.ts';

const TEMPORARY = '.partial';

/**
 * Writes a file so that a reader, or a crash at any moment, finds either the old content or the whole new one: a temporary
 * file in the same folder, flushed to the disk, then renamed. A device, a pipe or a link at that path is written into.
 *
 * @throws GansmithError saying which file and what to do; the previous file stays.
 */
export function writeFileAtomic(path: string, content: Uint8Array | string): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}${TEMPORARY}`);
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  try {
    if (isSpecial(path)) {
      writeInto(path, bytes);
      return;
    }
    writeInto(temporary, bytes, fsyncSync);
    renameSync(temporary, path);
    flushFolder(dirname(path));
  } catch (error) {
    removeQuietly(temporary);
    throw diskError('write', path, error);
  }
}

/** True for what a rename would replace instead of writing to, such as /dev/stdout. */
function isSpecial(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats !== undefined && !stats.isFile() && !stats.isDirectory();
}

function writeInto(path: string, bytes: Uint8Array, flush: (file: number) => void = () => {}): void {
  const file = openSync(path, 'w');
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    flush(file);
  } finally {
    closeSync(file);
  }
}

/** What made writing fail may keep the temporary file from being looked at, too; the first error is the one to tell. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // It stays behind, or never came to be.
  }
}

/** Makes a rename last through a power cut, where the system allows a folder to be flushed. */
function flushFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r');
    fsyncSync(handle);
    closeSync(handle);
  } catch {
    // Some systems and file systems refuse to open or flush folders; the rename itself is done.
  }
}

/** Removes what a crash in the middle of `writeFileAtomic` may have left in a folder. */
export function removeLeftoverTemporaries(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    if (name.startsWith('.') && name.endsWith(TEMPORARY)) rmSync(join(folder, name), { force: true });
  }
}

/**
 * The folder for what can be made anew at any time: the one GANSMITH_CACHE names, else `gansmith` among the user's caches,
 * which XDG_CACHE_HOME may move. It need not exist.
 */
export function cacheFolder(): string {
  const { GANSMITH_CACHE, XDG_CACHE_HOME } = process.env;
  return GANSMITH_CACHE ? resolve(GANSMITH_CACHE) : join(XDG_CACHE_HOME || systemCaches(), 'gansmith');
}

function systemCaches(): string {
  switch (platform()) {
    case 'darwin':
      return join(homedir(), 'Library', 'Caches');
    case 'win32':
      return process.env.LOCALAPPDATA || join(homedir(), 'AppData', 'Local');
    default:
      return join(homedir(), '.cache');
  }
}

/** A file's bytes. @throws UsageError naming what was looked for when it is not there, GansmithError when it can't be read. */
export function readFileOrThrow(path: string, what: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw new UsageError(`there is no ${what} at ${path}`);
    throw diskError('read', path, error);
  }
}

/**
 * A failed file operation in the user's words: which file, what is wrong with its place, what to do.
 * @param action what was tried, such as `write`.
 */
export function diskError(action: string, path: string, error: unknown): GansmithError {
  if (error instanceof GansmithError) return error;
  return new GansmithError(`could not ${action} ${path}: ${describeSystemError(error)}`, { cause: error });
}

/** What a system error means and what to do about it. */
export function describeSystemError(error: unknown): string {
  switch (systemCode(error)) {
    case 'ENOSPC':
      return 'the disk is full; free some space and try again';
    case 'EDQUOT':
      return 'your share of the disk is used up; free some space and try again';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied; change its permissions or choose another folder';
    case 'EROFS':
      return 'the disk is read-only; choose another folder';
    case 'ENOENT':
      return 'the folder does not exist; create it or choose another';
    case 'EISDIR':
      return 'it is a folder, not a file; choose another name';
    case 'ENOTDIR':
    case 'EEXIST':
      return 'a part of the path is a file, not a folder; choose another folder';
    case 'EMFILE':
      return 'too many files are open; close other programs and try again';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

/** The system's code of a failed file operation, such as `ENOENT`. */
export const systemCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? String(error.code) : undefined;
