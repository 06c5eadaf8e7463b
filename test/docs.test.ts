import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodePng } from '../src/base/png.ts';
import { run } from './support/gansmith.ts';
import { runBuilt } from './support/inProcess.ts';

const root = resolve(import.meta.dirname, '..');
const page = (name: string) => readFileSync(join(root, name), 'utf8');

/** Code blocks of a page, by the file name or language on their first line. */
const blocks = (text: string) =>
  [...text.matchAll(/```(\S+)(?: (\S+))?\n([\s\S]*?)```/g)].map(([, language, file, code]) => ({
    language,
    file,
    code: code!,
  }));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gansmith-docs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Small pictures of coloured noise, as somebody's photos. */
function writePhotos(): void {
  mkdirSync(join(folder, 'photos'));
  for (let n = 0; n < 20; n++) {
    const data = Uint8Array.from({ length: 40 * 36 * 3 }, (_, i) => (i * 7 + n * 31) % 256);
    writeFileSync(
      join(folder, 'photos', `${n}.png`),
      encodePng({ width: 40, height: 36, channels: 3, data }),
    );
  }
}

/** Runs the `gansmith` lines of a shell block in the folder, as a reader would. */
async function runShell(code: string): Promise<void> {
  for (const line of code.trim().split('\n')) {
    const words = line.replace(/#.*/, '').trim().split(/\s+/);
    const { code: exit, stdout, stderr } = await runBuilt(words.slice(words.indexOf('gansmith') + 1), folder);
    expect({ line, exit, stderr }).toEqual({ line, exit: 0, stderr: '' });
    expect(stdout).not.toBe('');
  }
}

describe('docs/add-a-gan.md', () => {
  it('does what it says, command by command', async () => {
    writePhotos();
    const [gan, shell, onToolbox, toolboxShell] = blocks(page('docs/add-a-gan.md')).filter(
      ({ file, language }) => file || language === 'sh',
    );
    writeFileSync(join(folder, gan!.file!), gan!.code);
    await runShell(shell!.code);
    writeFileSync(join(folder, onToolbox!.file!), onToolbox!.code);
    await runShell(toolboxShell!.code);
    expect(readdirSync(join(folder, 'runs')).sort()).toEqual([
      '00000-my-gan-photos',
      '00001-toolbox-gan-ring',
    ]);
  });

  it('answers a misspelt setting as the page promises', async () => {
    writePhotos();
    const [gan] = blocks(page('docs/add-a-gan.md'));
    writeFileSync(join(folder, gan!.file!), gan!.code);
    const { code, stderr } = await runBuilt(
      ['train', './my-gan.ts', '--data', 'folder:./photos', 'widht=8'],
      folder,
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(/did you mean 'width'\?/);
  });
});

it('docs/explore.md does what it says, command by command', async () => {
  writePhotos();
  const [shell] = blocks(page('docs/explore.md'));
  await runShell(shell!.code);
  const written = readdirSync(folder).filter((name) => /\.(png|safetensors|onnx)$/.test(name));
  expect(written.sort()).toEqual(
    [
      ...['interpolate', 'mix', 'truncate', 'directions', 'arithmetic'].map(
        (name) => `00000-stylegan2-photos-000003-${name}.png`,
      ),
      ...['00000-stylegan2-photos-000003-directions.safetensors', 'found.png', 'found.safetensors'],
      ...['synthesis.onnx', 'walk.png'],
    ].sort(),
  );
});

it("the README's own GAN trains on a folder of pictures", async () => {
  writePhotos();
  const gan = blocks(page('README.md')).find(({ language }) => language === 'ts')!;
  writeFileSync(join(folder, 'my-gan.ts'), gan.code);
  const args = ['train', './my-gan.ts', '--data', 'folder:./photos', '--size', '32', '--steps', '2'];
  const { code, stderr } = await run(args, folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

/** Writes a page's files into the folder, with the package as a dependency of it, through its exports. */
function writeBlocks(name: string): string[] {
  const files = blocks(page(name)).map(({ file, code }) => {
    writeFileSync(join(folder, file!), code);
    return file!;
  });
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'gansmith'), 'dir');
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  return files;
}

/** What a TypeScript file of the folder prints. */
const printed = (file: string): string =>
  execFileSync(process.execPath, [join(root, 'node_modules/tsx/dist/cli.mjs'), file], {
    cwd: folder,
    encoding: 'utf8',
  });

it.each([
  ['docs/theory.md', 6],
  ['docs/metrics.md', 1],
])('%s prints what stands behind each line', (name, least) => {
  const files = writeBlocks(name);
  expect(files.length).toBeGreaterThanOrEqual(least);
  for (const file of files) {
    // The comments behind a call, and those that follow a loop.
    const lines = readFileSync(join(folder, file), 'utf8').split('\n');
    const called = lines.findIndex((line) => line.includes('console.log('));
    const expected = lines
      .slice(called)
      .flatMap((line) => /(?:^|\); )\/\/ (.*)$/.exec(line)?.[1] ?? [])
      .filter((text) => !/[.:]$/.test(text)); // sentences
    expect({ file, lines: printed(file).trim().split('\n') }).toEqual({ file, lines: expected });
  }
});

it('docs/add-an-op.md declares an operation that passes the checks it runs', () => {
  writeBlocks('docs/add-an-op.md');
  const output = printed('check.ts');
  const errors = /first: ([\d.e-]+), second: ([\d.e-]+)/.exec(output)!;
  expect(Number(errors[1])).toBeLessThan(1e-7);
  expect(Number(errors[2])).toBeLessThan(1e-7);
  expect(Number(errors[1])).toBeGreaterThan(0);
});

it('every file and folder a page links to exists', () => {
  const pages = [
    'README.md',
    ...readdirSync(join(root, 'docs'))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`),
  ];
  const broken = pages.flatMap((name) =>
    [...page(name).matchAll(/\]\((?!https?:)([^)#]+)/g)]
      .map(([, target]) => join(name, '..', target!))
      .filter((target) => !existsSync(join(root, target))),
  );
  expect(broken).toEqual([]);
});
