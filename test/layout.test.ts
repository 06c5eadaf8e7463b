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
  theory: ['base', 'graph'],
  data: ['base'],
  train: ['base', 'graph', 'onnx', 'nn', 'optim', 'gan', 'runtime', 'data'],
  metrics: ['base', 'theory'],
  features: ['base', 'graph', 'onnx', 'nn', 'optim', 'gan', 'runtime', 'data', 'train', 'metrics'],
  evaluate: ['base', 'graph', 'gan', 'theory', 'metrics', 'runtime', 'data', 'train', 'features', 'zoo'],
  doctor: ['base', 'metrics', 'train'],
  explore: ['base', 'graph', 'optim', 'gan', 'runtime', 'metrics', 'train'],
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
    'metrics',
    'features',
    'evaluate',
    'doctor',
    'explore',
    'zoo',
    'index.ts',
    'testing.ts',
  ],
};

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !/\.(test|testing)\.ts$/.test(file))
  .map((file) => file.split(sep).join('/'));

const imports = (file: string): string[] => importsIn(join(source, file));

const importsIn = (path: string): string[] =>
  [...readFileSync(path, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1]!);

/** Source without comments and plain strings; templates stay, as they hold code. */
const codeOf = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, '');

/** Whether code names a global that it does not declare itself, as a variable or a parameter. */
function usesGlobal(code: string, name: string): boolean {
  if (new RegExp(`\\bglobalThis\\??\\.${name}\\b`).test(code)) return true;
  const declared = new RegExp(`\\b(const|let|var)\\s+${name}\\b|[(,]\\s*${name}\\??:`).test(code);
  return !declared && new RegExp(`(?<![.\\w$])${name}\\b(?!\\s*:)`).test(code);
}

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

  it('touches the browser only in files named web.ts', () => {
    const globals = ['document', 'window', 'navigator'];
    const wrong = files
      .filter((file) => !/(^|\/)web\.ts$/.test(file))
      .flatMap((file) => {
        const code = codeOf(readFileSync(join(source, file), 'utf8'));
        return globals.filter((name) => usesGlobal(code, name)).map((name) => `${file} uses ${name}`);
      });
    expect(wrong).toEqual([]);
  });

  it('tells a global from a word, a property and a name of its own', () => {
    const uses = (code: string) => usesGlobal(codeOf(code), 'window');
    for (const code of ['window.alert()', 'f(window)', 'globalThis.window', '[window]', 'typeof window']) {
      expect(uses(code), code).toBe(true);
    }
    for (const code of ["'window'", '// window', '/* window */', 'const window = 1; f(window)', 'x.window']) {
      expect(uses(code), code).toBe(false);
    }
    expect(uses('function f(x: number, window: number, { a = window } = {}) {}')).toBe(false);
  });

  it('lets the studio import the package by its name, and no room another', () => {
    const studio = resolve(import.meta.dirname, '../studio/src');
    const rooms = ['runs', 'explorer', 'lab'];
    const pages = readdirSync(studio, { recursive: true, encoding: 'utf8' })
      .map((file) => file.split(sep).join('/'))
      .filter((file) => /\.tsx?$/.test(file) && !file.includes('.test.'));
    const wrong = pages.flatMap((file) =>
      importsIn(join(studio, file))
        .filter((name) => {
          if (!name.startsWith('.')) return name.startsWith('node:') || name.startsWith('gansmith/dist');
          const target = relative(studio, resolve(studio, dirname(file), name))
            .split(sep)
            .join('/');
          const room = folderOf(target);
          return (
            target.startsWith('..') ||
            (rooms.includes(room) && folderOf(file) !== room && file !== 'rooms.ts')
          );
        })
        .map((name) => `${file} imports ${name}`),
    );
    expect(pages).toContain('runs/index.tsx');
    expect(wrong).toEqual([]);
  });

  it('has one importer of each runtime', () => {
    const importers = (name: string) =>
      files.filter((file) => imports(file).some((from) => from.startsWith(name)));
    expect(importers('onnxruntime-node')).toEqual(['runtime/node/plain.ts']);
    expect(importers('onnxruntime-web')).toEqual(['runtime/web.ts']);
  });
});
