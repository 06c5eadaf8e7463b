import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '../../base/errors.ts';
import { readNsfwjsWeights } from '../nsfwjs.ts';
import type { NamedTensors } from '../weights/tensors.ts';

const MODEL = join('dist', 'models', 'inception_v3');

/**
 * The weights in the npm package nsfwjs, which is not installed with gansmith. Its files are read by path and never run.
 * @param from the package's folder, or one with `node_modules` in it or above it. Default: the working folder.
 * @throws UsageError saying how to get the package when it is not there.
 */
export function openNsfwjsWeights(from = process.cwd()): NamedTensors {
  const folder = foldersAbove(resolve(from))
    .flatMap((at) => [join(at, MODEL), join(at, 'node_modules', 'nsfwjs', MODEL)])
    .find((at) => existsSync(join(at, 'model.min.js')));
  if (!folder) {
    throw new UsageError(
      `nsfwjs-inception: the package nsfwjs is not installed in ${resolve(from)} or above; run 'npm install --no-save --legacy-peer-deps nsfwjs@4.4.0' there`,
    );
  }
  const shards = readdirSync(folder)
    .filter((name) => /^group1-shard\d+of\d+\.min\.js$/.test(name))
    .sort((a, b) => Number(/\d+(?=of)/.exec(a)![0]) - Number(/\d+(?=of)/.exec(b)![0]));
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  return readNsfwjsWeights(read('model.min.js'), shards.map(read));
}

function foldersAbove(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...foldersAbove(parent)];
}
