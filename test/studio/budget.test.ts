import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';

/* What a browser has to load before it shows anything. */

const folder = resolve(import.meta.dirname, '../../dist/studio/assets');

/** The built file of a name, with the files it loads at once. */
function bundle(name: string): string[] {
  const first = readdirSync(folder).find((file) => file.startsWith(`${name}-`) && file.endsWith('.js'))!;
  const files = [first];
  for (const file of files) {
    const code = readFileSync(join(folder, file), 'utf8');
    for (const [, loaded] of code.matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([^"']+\.js)["']/g)) {
      if (!files.includes(loaded!)) files.push(loaded!);
    }
  }
  return files;
}

const textOf = (files: readonly string[]) =>
  files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
const zipped = (files: readonly string[]) =>
  files.reduce((total, file) => total + gzipSync(readFileSync(join(folder, file))).length, 0);

it.each([
  ['index', 20_000],
  ['runs', 100_000],
  ['lab', 60_000],
])('loads %s in at most %i bytes', (name, budget) => {
  expect(zipped(bundle(name))).toBeLessThan(budget);
});

it.each(['index', 'lab'])('loads neither charts nor the runtime with %s', (name) => {
  const code = textOf(bundle(name));
  expect(code).not.toContain('u-over');
  expect(code).not.toContain('onnxruntime');
  expect(textOf(bundle('runs'))).toContain('u-over');
});

it('brings the two builds of the runtime that are loaded, WebAssembly and WebGPU, and no other', () => {
  const builds = readdirSync(folder).filter((file) => file.endsWith('.wasm'));
  expect(builds.map((file) => file.replace(/-.{8}\.wasm$/, '')).sort()).toEqual([
    'ort-wasm-simd-threaded',
    'ort-wasm-simd-threaded.asyncify',
  ]);
  const scripts = textOf(readdirSync(folder).filter((file) => file.endsWith('.js')));
  expect(builds.filter((file) => !scripts.includes(file))).toEqual([]);
});

it('asks nothing of other servers, and works from any folder', () => {
  const page = readFileSync(join(folder, '../index.html'), 'utf8');
  expect([...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, to]) => to!.startsWith('./'))).not.toContain(
    false,
  );
});
