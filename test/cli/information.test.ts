import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { encodePng } from '../../src/base/png.ts';
import { CLI, contentOf, folderWith, SMALL, start, succeed } from '../support/gansmith.ts';
import { succeedBuilt } from '../support/inProcess.ts';

describe('before anything is written', () => {
  test('--dry-run prints the resolved configuration', async () => {
    const folder = folderWith();
    const args = [
      'train',
      'wgan-gp',
      '--data',
      'ring',
      '--kimg',
      '3',
      '--batch',
      '100',
      '--dry-run',
      'lambda=1',
    ];
    const plan = JSON.parse(await succeedBuilt([...args, '--json'], folder));
    expect(plan).toMatchObject({
      gan: 'wgan-gp',
      config: { batch: 100, lambda: 1, width: 512 },
      data: { name: 'ring', kind: 'points', count: 100_000 },
      steps: 30,
      seed: 0,
    });
    expect(await succeedBuilt(args, folder)).toMatch(/gan +wgan-gp\nconfig\n {2}batch +100\n/);
    expect(contentOf(folder)).toEqual({});
  });

  test('--dry-run keeps no converted images', async () => {
    const square = encodePng({ width: 8, height: 8, channels: 1, data: new Uint8Array(64) });
    const folder = folderWith({ 'photos/a.png': square, 'photos/b.png': square });
    const args = ['train', 'gan', '--data', 'folder:./photos', '--size', '8', '--batch', '2', '--dry-run'];
    expect(await succeedBuilt(args, folder)).toMatch(/count +2\n/);
    expect(existsSync(join(folder, '.cache'))).toBe(false);
  });

  test('without an end given, a run takes five minutes', async () => {
    const plan = JSON.parse(
      await succeedBuilt(['train', 'gan', '--data', 'ring', '--dry-run', '--json'], folderWith()),
    );
    expect(plan).toMatchObject({ minutes: 5 });
    expect(plan.steps).toBeUndefined();
  });

  test('list tells what there is', async () => {
    const folder = folderWith();
    const all = JSON.parse(await succeedBuilt(['list', '--json'], folder));
    expect(all.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['gan', 'dcgan', 'wgan-gp', 'mnist', 'folder', 'ring', 'bimodal']),
    );
    const text = await succeedBuilt(['list'], folder);
    expect(text).toMatch(/dcgan +Deep convolutional GAN \(arXiv:1511\.06434\)/);
    const settings = JSON.parse(await succeedBuilt(['list', 'dcgan', '--json'], folder));
    expect(settings.find(({ name }: { name: string }) => name === 'lr')).toEqual({
      ...{
        name: 'lr',
        type: 'number >= 0',
        default: 0.0002,
        required: false,
        meaning: 'learning rate',
      },
    });
    expect(await succeedBuilt(['list', 'dcgan'], folder)).toMatch(
      /upsample +transpose \| resize +"transpose"/,
    );
    expect(await succeedBuilt(['list', 'ring'], folder)).toMatch(/ring: 8 Gaussians/);
  });

  test.each([[], ['train'], ['resume'], ['sample'], ['export'], ['list']])(
    '%s --help teaches with examples',
    async (...command) => {
      const help = await succeedBuilt([...command, '--help'], folderWith());
      expect(help).toMatch(/^Usage: gansmith/);
      expect(help).toMatch(/Examples:\n {2}gansmith /);
    },
  );

  test('without a command, help is shown; the version is that of the package', async () => {
    expect(await succeed([], folderWith())).toMatch(/^Usage: gansmith/);
    expect(await succeed(['--version'], folderWith())).toBe('0.1.0\n');
  });

  test.skipIf(!existsSync('/dev/full'))(
    'a full disk behind standard output is told in one line',
    async () => {
      const { code, stderr } = await start(['list'], folderWith(), [
        '/bin/sh',
        '-c',
        `exec "${process.execPath}" "$0" "$@" > /dev/full`,
        CLI,
      ]).ended;
      expect(code).toBe(1);
      expect(stderr).toBe('gansmith: could not print: the disk is full; free some space and try again\n');
    },
  );

  test.skipIf(process.platform === 'win32')(
    'a run leaves nothing in the temporary folder: the runtime reports its use to nobody',
    async () => {
      const folder = folderWith();
      const args = ['train', 'gan', '--data', 'ring', '--steps', '1', ...SMALL];
      const { code } = await start(args, folder, [
        '/bin/sh',
        '-c',
        `mkdir temporary && TMPDIR="$PWD/temporary" exec "${process.execPath}" "$0" "$@"`,
        CLI,
      ]).ended;
      expect(code).toBe(0);
      expect(readdirSync(join(folder, 'temporary'))).toEqual([]);
    },
  );
});
