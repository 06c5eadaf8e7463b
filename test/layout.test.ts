import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const source = resolve(import.meta.dirname, '../src');

/** Which folders a folder may import from, besides itself: the order data flows in. */
const allowed: Record<string, readonly string[]> = {
  base: [],
  graph: ['base'],
  onnx: ['base', 'graph'],
  runtime: ['base', 'graph', 'onnx'],
  nn: ['base', 'graph'],
  optim: ['base', 'graph'],
  gan: ['base', 'graph', 'nn', 'optim'],
  zoo: ['base', 'graph', 'nn', 'optim', 'gan'],
  data: ['base'],
  train: ['base', 'graph', 'onnx', 'nn', 'optim', 'gan', 'runtime', 'data'],
  cli: [
    'base',
    'graph',
    'onnx',
    'nn',
    'optim',
    'gan',
    'runtime',
    'data',
    'train',
    'zoo',
    'index.ts',
    'testing.ts',
  ],
};

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !/\.(test|testing)\.ts$/.test(file))
  .map((file) => file.split(sep).join('/'));

const imports = (file: string): string[] =>
  [...readFileSync(join(source, file), 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
    (match) => match[1]!,
  );

const folderOf = (file: string): string => file.split('/')[0]!;

describe('the layout', () => {
  it('has no folder outside the table', () => {
    const folders = new Set(files.filter((file) => file.includes('/')).map(folderOf));
    expect([...folders].filter((folder) => !(folder in allowed))).toEqual([]);
  });

  it('is imported in one direction only', () => {
    const wrong = files
      .filter((file) => file.includes('/'))
      .flatMap((file) =>
        imports(file)
          .filter((name) => name.startsWith('.'))
          .map((name) =>
            relative(source, resolve(source, dirname(file), name))
              .split(sep)
              .join('/'),
          )
          .filter((target) => {
            const [from, to] = [folderOf(file), folderOf(target)];
            return from !== to && !allowed[from]!.includes(to);
          })
          .map((target) => `${file} imports ${target}`),
      );
    expect(wrong).toEqual([]);
  });

  it('touches Node only where it says so', () => {
    const mayTouchNode = (file: string) => /(^|\/)node(\.ts|\/)/.test(file) || file.startsWith('cli/');
    const wrong = files.filter(
      (file) => !mayTouchNode(file) && imports(file).some((name) => name.startsWith('node:')),
    );
    expect(wrong).toEqual([]);
  });

  it('has one importer of each runtime', () => {
    const importers = (name: string) =>
      files.filter((file) => imports(file).some((from) => from.startsWith(name)));
    expect(importers('onnxruntime-node')).toEqual(['runtime/node.ts']);
    expect(importers('onnxruntime-web')).toEqual(['runtime/web.ts']);
  });
});
