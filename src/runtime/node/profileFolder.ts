import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { diskError } from '../../base/node.ts';

/** A temporary folder for the one file that ONNX Runtime writes a profile to, under a name it makes up itself. */
export interface ProfileFolder {
  /** How the path of the file is to begin. */
  prefix: string;
  /** The lines of the file. They may be too long together for one string. */
  lines(): Promise<string[]>;
  remove(): Promise<void>;
}

/** @throws GansmithError when there is no room for temporary files. */
export async function makeProfileFolder(): Promise<ProfileFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'gansmith-profile-')).catch((error: unknown) => {
    throw diskError('keep a profile in', tmpdir(), error);
  });
  return {
    prefix: join(folder, 'kernels'),
    async lines() {
      try {
        const [name] = await readdir(folder);
        const lines: string[] = [];
        for await (const line of createInterface(createReadStream(join(folder, name!)))) lines.push(line);
        return lines;
      } catch (error) {
        throw diskError('read the profile in', folder, error);
      }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
