import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunRecord } from './runRecord.ts';

/** The machine a run is made on: its numbers may differ in the last bits from those of another. */
export function describeMachine(): RunRecord['machine'] {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    platform: `${platform()} ${arch()} ${release()}`,
  };
}

/** Versions of what computes. */
export const describeVersions = (): RunRecord['versions'] => ({
  gansmith: packageVersion(),
  node: process.versions.node,
  onnxruntime: runtimeVersion(),
});

/** The version of this package. */
export const packageVersion = (): string =>
  versionIn(fileURLToPath(new URL('../../../package.json', import.meta.url)));

function runtimeVersion(): string {
  try {
    const entry = createRequire(import.meta.url).resolve('onnxruntime-node');
    return versionIn(join(dirname(entry), '..', 'package.json'));
  } catch {
    return 'not installed';
  }
}

const versionIn = (path: string): string => JSON.parse(readFileSync(path, 'utf8')).version;
