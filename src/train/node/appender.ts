import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { diskError } from '../../base/node.ts';

/** A file that grows at its end. What is written waits in memory until it is flushed. */
export interface Appender {
  write(bytes: Uint8Array): void;
  /** Hands what waits to the system; with `sync`, onto the disk itself. Throws GansmithError when there is no room. */
  flush(options?: { sync?: boolean }): void;
  close(): void;
}

/** Opens a file to append to; makes it when it is missing. */
export function openAppender(path: string): Appender {
  let waiting: Uint8Array[] = [];
  const file = orDiskError('open', path, () => openSync(path, 'a'));
  return {
    write(bytes) {
      waiting.push(bytes);
    },
    flush({ sync = false } = {}) {
      const bytes = Buffer.concat(waiting);
      waiting = [];
      orDiskError('write', path, () => {
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
        if (sync) fsyncSync(file);
      });
    },
    close: () => closeSync(file),
  };
}

function orDiskError<T>(action: string, path: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw diskError(action, path, error);
  }
}
