import { UsageError } from '../base/errors.ts';
import { systemCode, writeFileAtomic } from '../base/node.ts';

/** Writes the file the user named with --out; a place that cannot be is an error in the request. */
export function writeNamedFile(path: string, bytes: Uint8Array): void {
  try {
    writeFileAtomic(path, bytes);
  } catch (error) {
    const code = error instanceof Error ? systemCode(error.cause) : undefined;
    if (!(error instanceof Error) || !['ENOENT', 'ENOTDIR', 'EISDIR'].includes(code ?? '')) throw error;
    throw new UsageError(`--out: ${error.message}`);
  }
}
