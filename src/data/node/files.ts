import type { Stats } from 'node:fs';
import { type FileHandle, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { GansmithError, UsageError } from '../../base/errors.ts';
import { systemCode } from '../../base/node.ts';

/** The absolute path of what the user wrote after `folder:` or the like; a leading `~/`, which no shell expands there, is the home folder. */
export function userPath(source: string, path: string): string {
  if (path === '') {
    throw new UsageError(
      `data '${source}': expected a path after the colon, as in '${source.replace(/:$/, '')}:./name'`,
    );
  }
  return resolve(path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path);
}

/** The kind of thing at a path. Throws UsageError when there is none, or it cannot be looked at. */
export async function statUserPath(source: string, path: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (error) {
    throw new UsageError(`data '${source}': ${path} ${fileProblem(error)}`, { cause: error });
  }
}

/** A failed file operation in words that follow the path. */
export function fileProblem(error: unknown): string {
  const code = systemCode(error);
  if (code === 'ENOENT') return 'does not exist';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read (permission denied)';
  if (code === 'EISDIR') return 'is a folder';
  return `cannot be read (${error instanceof Error ? error.message : String(error)})`;
}

/** What one system call can read at most, rounded down. */
const READ_LIMIT = 2 ** 30;

/** `length` bytes of an open file from `offset`. Throws GansmithError, naming `file`, when they cannot be read. */
export async function readExactly(
  handle: FileHandle,
  offset: number,
  length: number,
  file: string,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const wanted = Math.min(length - filled, READ_LIMIT);
    const { bytesRead } = await handle
      .read(bytes, filled, wanted, offset + filled)
      .catch((error: unknown) => {
        throw new GansmithError(`${file} ${fileProblem(error)}`, { cause: error });
      });
    if (bytesRead === 0)
      throw new GansmithError(`${file} ended at byte ${offset + filled} while it was read`);
    filled += bytesRead;
  }
  return bytes;
}
