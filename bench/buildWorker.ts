import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/**
 * Writes our worker as plain JavaScript, which is what users of the package run: a loader of TypeScript would add 40 MB to the
 * process and count as ours. It lies beside its source, since it finds packages from there.
 */
export async function buildWorker(): Promise<string> {
  const outfile = path('worker.built.mjs');
  await build({
    entryPoints: [path('worker.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
  return outfile;
}
