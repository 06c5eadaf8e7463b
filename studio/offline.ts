import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const SCRIPT = 'service-worker.js';
/** Larger files, the runtime's WebAssembly, are not loaded by whoever does not use them. */
const LARGE = 2 ** 20;

/** Tells the service worker which files the build has, once all of them are written. */
export const keepOffline = (): Plugin => ({
  name: 'keep-offline',
  writeBundle({ dir }) {
    const all = readdirSync(dir!, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== SCRIPT)
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    const hash = createHash('sha256');
    for (const file of all) hash.update(file.slice(dir!.length)).update(readFileSync(file));
    const named = (files: readonly string[]) =>
      files.map((file) => file.slice(dir!.length).replaceAll('\\', '/').replace(/^\//, ''));
    const isLarge = (file: string) => statSync(file).size > LARGE;
    const script = join(dir!, SCRIPT);
    const code = readFileSync(script, 'utf8');
    const build = {
      version: hash.digest('hex').slice(0, 16),
      files: named(all.filter((file) => !isLarge(file))),
      large: named(all.filter(isLarge)),
    };
    writeFileSync(script, code.replaceAll('__BUILD__', JSON.stringify(build)));
  },
});
