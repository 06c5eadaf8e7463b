import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GansmithError, UsageError } from '../../base/errors.ts';
import { record, temporaryFolder } from './fixtures.testing.ts';
import { createRunFolder, openRunFolder, writeRunRecord, writeRunStatus } from './runFolder.ts';

describe('createRunFolder', () => {
  test('numbers runs and names them after the GAN and the data', async () => {
    const out = join(temporaryFolder(), 'deep', 'runs');
    expect(await createRunFolder({ out, gan: 'dcgan', data: 'mnist' })).toBe(join(out, '00000-dcgan-mnist'));
    expect(await createRunFolder({ out, gan: 'wgan-gp', data: 'bimodal:0.3' })).toBe(
      join(out, '00001-wgan-gp-bimodal-0.3'),
    );
    mkdirSync(join(out, '00041-by-hand'));
    mkdirSync(join(out, 'notes'));
    expect(await createRunFolder({ out, gan: 'gan', data: 'ring' })).toBe(join(out, '00042-gan-ring'));
    expect(readdirSync(join(out, '00042-gan-ring')).sort()).toEqual(['checkpoints', 'samples']);
  });

  test('makes names safe for any file system', async () => {
    const out = temporaryFolder();
    const made = (gan: string, data: string) => createRunFolder({ out, gan, data });
    expect(await made('../My GAN/é', 'folder:/home/me/My Photos/')).toBe(join(out, '00000-my-gan-my-photos'));
    expect(await made('...', 'zip:./Faces.zip')).toBe(join(out, '00001-unnamed-faces'));
    expect(await made('a'.repeat(90), 'mnist:test')).toBe(join(out, `00002-${'a'.repeat(40)}-mnist-test`));
  });

  test('gives runs started at the same moment numbers of their own', async () => {
    const out = temporaryFolder();
    const paths = await Promise.all(
      Array.from({ length: 12 }, (_, i) => createRunFolder({ out, gan: `gan${i}`, data: 'ring' })),
    );
    const numbers = paths.map((path) => /(\d{5})-gan/.exec(path)![1]);
    expect(new Set(numbers).size).toBe(12);
    expect(readdirSync(out).length).toBe(12);
  });

  test('says where it could not be made', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await expect(createRunFolder({ out: join(file, 'runs'), gan: 'gan', data: 'ring' })).rejects.toThrow(
      /could not make a run folder in .*runs: a part of the path is a file/,
    );
  });
});

describe('openRunFolder', () => {
  test('gives back what was written', async () => {
    const run = temporaryFolder();
    writeRunRecord(run, record);
    expect(await openRunFolder(run)).toEqual({ path: run, record, status: undefined });
    const status = { state: 'done', step: 9, images: 36, updated: record.created, pid: 1 } as const;
    writeRunStatus(run, status);
    expect((await openRunFolder(run)).status).toEqual(status);
  });

  test('suggests the run that may have been meant', async () => {
    const out = temporaryFolder();
    for (const name of ['00000-dcgan-mnist', '00001-gan-ring']) mkdirSync(join(out, name));
    const opening = (name: string) => openRunFolder(join(out, name));
    await expect(opening('00000')).rejects.toThrow(
      /there is no run at .*00000; did you mean .*00000-dcgan-mnist\?/,
    );
    await expect(opening('00001-gan-rnig')).rejects.toThrow(/did you mean .*00001-gan-ring\?/);
    await expect(openRunFolder(out)).rejects.toThrow(
      /is not the folder of a run: it has no run.json; did you mean/,
    );
    await expect(openRunFolder('/nowhere/at/all')).rejects.toThrow(UsageError);
  });

  test('refuses a file', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await expect(openRunFolder(file)).rejects.toThrow(/file is a file, not the folder of a run/);
  });

  test('refuses a damaged or newer description, naming what is wrong', async () => {
    const run = temporaryFolder();
    const written = async (content: string) => {
      writeFileSync(join(run, 'run.json'), content);
      return openRunFolder(run);
    };
    await expect(written('{"format":1,"crea')).rejects.toThrow(/run\.json is damaged/);
    await expect(written(JSON.stringify({ ...record, seed: 'x' }))).rejects.toThrow(
      /run\.json is damaged: 'seed': /,
    );
    await expect(written(JSON.stringify({ ...record, format: 2 }))).rejects.toThrow(
      /run\.json was written by a newer gansmith \(format 2\); update gansmith/,
    );
    await expect(written('null')).rejects.toThrow(GansmithError);
  });
});
