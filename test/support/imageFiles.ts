import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';
import { encodePng } from '../../src/base/png.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import type { OpenOptions } from '../../src/data/node.ts';

/** A folder of its own for every test, and a record of what opening data there says. */
export interface Scratch {
  root: string;
  warnings: string[];
  progress: string[];
  /** The cache below `root`, and both records. */
  options: OpenOptions;
  /** Writes a file below `root`, making folders as needed. */
  put(name: string, content: Uint8Array | string): Promise<void>;
}

/** Makes the scratch folder before every test of the file, and removes it and any changed environment afterwards. */
export function useScratch(): Scratch {
  const scratch: Scratch = {
    root: '',
    warnings: [],
    progress: [],
    options: {},
    async put(name, content) {
      const path = join(scratch.root, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    },
  };
  beforeEach(async () => {
    scratch.root = await mkdtemp(join(tmpdir(), 'gansmith-data-'));
    scratch.warnings = [];
    scratch.progress = [];
    scratch.options = {
      cacheDirectory: join(scratch.root, 'cache'),
      onWarning: (message) => scratch.warnings.push(message),
      onProgress: (done, total, what) => scratch.progress.push(`${done}/${total} ${what}`),
    };
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(scratch.root, { recursive: true });
  });
  return scratch;
}

/** A PNG of one colour: grey, RGB or RGBA by the number of values. */
export function png(colour: readonly number[], width = 8, height = 8): Uint8Array {
  const data = Uint8Array.from(
    Array(width * height)
      .fill(colour)
      .flat(),
  );
  return encodePng({ width, height, channels: colour.length as 1 | 3 | 4, data });
}

/** The first value of every channel of example `i`, back in bytes. */
export function colourOf(data: Dataset, i: number): number[] {
  const [channels, height, width] = data.shape as [number, number, number];
  const { real } = data.read([i]);
  return Array.from({ length: channels }, (_, c) => Math.round((real[c * height * width]! + 1) * 127.5));
}
