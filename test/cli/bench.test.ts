import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodePng } from '../../src/base/png.ts';
import { folderWith, run, start, succeed } from '../support/gansmith.ts';
import { runBuilt } from '../support/inProcess.ts';

const lines = (text: string): Record<string, unknown>[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('gansmith bench modes', () => {
  it('prints one line a trial, and keeps results, recipes and plots', async () => {
    const folder = folderWith();
    const args = [
      'bench',
      'modes',
      'ring',
      '--seeds',
      '1',
      '--systems',
      'gan,best',
      '--steps',
      '3',
      '--json',
    ];
    const records = lines(await succeed(args, folder));
    expect(records.map(({ data, system, seed }) => [data, system, seed])).toEqual([
      ['ring', 'gan', 0],
      ['ring', 'best', 0],
    ]);
    for (const key of ['modes', 'highQuality', 'reverseKl', 'spread', 'seconds', 'steps', 'recipe']) {
      expect(records[0]).toHaveProperty(key);
    }
    const out = join(folder, 'benchmarks/modes');
    expect(readdirSync(out).sort()).toEqual([
      'recipe.json',
      'results.jsonl',
      'ring-best-0.png',
      'ring-gan-0.png',
    ]);
    expect(lines(readFileSync(join(out, 'results.jsonl'), 'utf8'))).toEqual(records);
    expect(decodePng(readFileSync(join(out, 'ring-gan-0.png'))).width).toBe(512);
    const recipes = JSON.parse(readFileSync(join(out, 'recipe.json'), 'utf8'));
    expect(recipes[String(records[1]!.recipe)]).toMatchObject({
      system: 'best',
      gan: 'gan',
      steps: 3,
      samples: 2500,
      config: { objective: 'relativistic-pairing', lrImages: 3 * 256 },
    });

    // What is on record is not trained again: the seconds are the same.
    expect(lines(await succeed(args, folder))).toEqual(records);
    const more = lines(await succeed([...args, '--first-seed', '1'], folder));
    expect(more.map(({ seed }) => seed)).toEqual([1, 1]);
    expect(lines(readFileSync(join(out, 'results.jsonl'), 'utf8'))).toEqual([...records, ...more]);
  });

  it('puts our rows beside real samples, a perfect sampler and published rows', async () => {
    const folder = folderWith();
    const { stdout, code } = await run(
      ['bench', 'modes', 'grid', 'two-gaussians', '--systems', 'gan', '--seeds', '2', '--steps', '2'],
      folder,
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/grid: 25 Gaussians.*2,500 samples a trial/);
    expect(stdout).toMatch(/^ {2}gan +0\.0±0\.0 .* 2 trials/m);
    expect(stdout).toMatch(/^ {2}real samples +25\.0±0\.0 +98\.\d±0\.\d %/m);
    expect(stdout).toMatch(/^ {2}a perfect sampler .* 0\.0048 /m);
    expect(stdout).toMatch(
      /^ {2}PacGAN2 \* +23\.8±0\.7 +91\.3±0\.8 % +0\.13±0\.04 .* PacGAN, arXiv:1712\.04086$/m,
    );
    expect(stdout).toMatch(/two-gaussians: .*\n.*Wasserstein-1/);
  });

  it('keeps finished trials after Ctrl-C', async () => {
    const folder = folderWith();
    const args = ['bench', 'modes', 'ring', '--systems', 'gan', '--seeds', '1000', '--steps', '30'];
    const running = start([...args, '--json'], folder);
    await running.line((line) => line.includes('"seed":0'));
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    const kept = lines(readFileSync(join(folder, 'benchmarks/modes/results.jsonl'), 'utf8'));
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(1000);
  });

  it.each([
    ['a misspelt benchmark', ['rng'], /there is no benchmark 'rng'; did you mean 'ring'\?/],
    [
      'an unknown benchmark',
      ['imagenet'],
      /there is no benchmark 'imagenet'; there are ring, grid, swiss-roll, two-gaussians/,
    ],
    [
      'a misspelt system',
      ['ring', '--systems', 'gan,bets'],
      /no system 'bets' on ring; did you mean 'best'\?/,
    ],
    [
      'a system that one of several benchmarks lacks',
      ['ring', 'stacked-mnist', '--systems', 'wgan-gp'],
      /there is no system 'wgan-gp' on stacked-mnist; there are gan, best/,
    ],
    ['a misspelt protocol', ['ring', '--protocol', 'pacgn'], /no protocol 'pacgn'; did you mean 'pacgan'\?/],
    [
      'a recipe that a benchmark lacks',
      ['swiss-roll', '--protocol', 'pacgan'],
      /--protocol pacgan: the paper has no recipe for swiss-roll/,
    ],
    ['no seeds', ['ring', '--seeds', '0'], /--seeds: expected a whole number from 1 to 1000, got '0'/],
    ['no time', ['ring', '--minutes', '0'], /--minutes: expected a number above 0, got '0'/],
  ])('refuses %s', async (_, args, message) => {
    const folder = folderWith();
    const { code, stderr } = await runBuilt(['bench', 'modes', ...args], folder);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(existsSync(join(folder, 'benchmarks'))).toBe(false);
  });

  it('refuses a folder of something else', async () => {
    const folder = folderWith({ 'out/results.jsonl': 'not json\n', file: '' });
    const at = (out: string) => runBuilt(['bench', 'modes', 'ring', '--steps', '1', '--out', out], folder);
    expect((await at('out')).stderr).toMatch(/results\.jsonl, line 1 is not a JSON object/);
    expect(await at('file')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--out file: no folder/),
    });
  });
});
