import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { decodePng } from '../src/base/png.ts';
import { folderWith } from './support/gansmith.ts';

/* The package as others get it: packed, installed in an empty folder, used by its name. */

const root = resolve(import.meta.dirname, '..');
const app = join(folderWith({ 'app/package.json': '{"name":"app","private":true,"type":"module"}' }), 'app');

function run(command: string, args: readonly string[], cwd: string) {
  const env = { ...process.env, GANSMITH_CACHE: join(app, '.cache') };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', env });
  return { status, stdout, stderr };
}

const gansmith = (...args: string[]) => run(join(app, 'node_modules/.bin/gansmith'), args, app);

beforeAll(() => {
  const packed = run('npm', ['pack', '--json', '--silent', '--pack-destination', join(app, '..')], root);
  expect(packed.status, packed.stderr).toBe(0);
  const [{ filename }] = JSON.parse(packed.stdout);
  const flags = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  const installed = run('npm', ['install', ...flags, join('..', filename)], app);
  expect(installed.status, installed.stderr).toBe(0);
}, 300_000);

test('it trains three steps and samples, with nothing on standard error', () => {
  const trained = gansmith('train', 'dcgan', '--data', 'mnist', '--steps', '3', '--batch', '8', 'width=8');
  expect(trained).toMatchObject({ status: 0, stderr: '' });
  const sampled = gansmith(
    'sample',
    'runs/00000-dcgan-mnist',
    '--seeds',
    '0-5',
    '--grid',
    '3x2',
    '--out',
    'a.png',
  );
  expect(sampled).toMatchObject({ status: 0, stderr: '' });
  expect(decodePng(readFileSync(join(app, 'a.png')))).toMatchObject({
    width: 3 * 30 - 2,
    height: 2 * 30 - 2,
  });
  expect(gansmith('--version').stdout).toBe(
    `${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version}\n`,
  );
});

test('its library is imported by name, with and without a sub-path', () => {
  mkdirSync(join(app, 'src'), { recursive: true });
  writeFileSync(
    join(app, 'src/use.js'),
    `import { grad, tensor, evaluate, input } from 'gansmith';
     import { zoo } from 'gansmith/zoo';
     import { openData } from 'gansmith/data';
     import { nodeExecutor } from 'gansmith/runtime';
     import { openExtractor } from 'gansmith/features';
     const x = input('x', [2]);
     const [slope] = grad(x.mul(x).sum(), [x]);
     const ring = await openData('ring');
     const { width } = await openExtractor('mnist', nodeExecutor);
     console.log([...evaluate(slope, { x: [3, -4] })], zoo.length > 0, ring.count, nodeExecutor.name, tensor([1]).shape, width);`,
  );
  expect(run(process.execPath, ['src/use.js'], app)).toEqual({
    status: 0,
    stdout: '[ 6, -8 ] true 100000 onnxruntime-node [ 1 ] 64\n',
    stderr: '',
  });
});

test('it holds what it promises, and no tests', () => {
  const installed = join(app, 'node_modules/gansmith');
  for (const file of ['README.md', 'LICENSE', 'dist/index.d.ts', 'dist/cli/main.js']) {
    expect(existsSync(join(installed, file)), file).toBe(true);
  }
  const names = readdirSync(join(installed, 'dist'), { recursive: true, encoding: 'utf8' });
  expect(names.filter((name) => /\.(test|testing)\./.test(name))).toEqual([]);
});
