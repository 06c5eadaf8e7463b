import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventsOf, folderWith } from '../support/gansmith.ts';
import { runHere, succeedHere } from '../support/inProcess.ts';

describe('gansmith bench damage', () => {
  const folder = folderWith();
  const args = ['bench', 'damage', '--samples', '200', '--training', '400', '--only', 'noise'];

  test('prints a row a strength as Markdown, and finds that all numbers react', async () => {
    const lines = (await succeedHere(args, folder)).trimEnd().split('\n');
    expect(lines[0]).toMatch(
      /^Features mnist, hash 2abb92156da6\. Bold numbers must get worse from line to line/,
    );
    const [header, rule, ...rows] = lines.slice(2).map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
    expect(header!.slice(0, 5)).toEqual(['damage', 'fd', 'kd', 'precision', 'recall']);
    for (const cell of rule!) expect(cell).toMatch(/^-+$/);
    expect(rows.map(([name]) => name)).toEqual(['none', 'noise 0.1', 'noise 0.2', 'noise 0.4', 'noise 0.8']);
    const column = (name: string) => rows.slice(1).map((row) => row[header!.indexOf(name)]!);
    for (const cell of column('fd')) expect(cell).toMatch(/^\*\*[\d.]+\*\*$/);
    for (const cell of column('recall')) expect(cell).not.toMatch(/\*/);
    const distances = column('fd').map((cell) => Number(cell.replaceAll('*', '')));
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
  });

  test.each([
    [['--only', 'nois'], /--only: there is no damage 'nois'; there are 'blur', 'noise', 'dropped classes', /],
    [['--samples', '100'], /--samples: expected a whole number from 200 to 5000, got '100'/],
    [['--features', 'minst'], /unknown features 'minst': did you mean 'mnist'\?/],
  ])('refuses %s', async (wrong, message) => {
    const { code, stdout, stderr } = await runHere([...args, ...wrong], folder);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

describe('gansmith bench systems', () => {
  const folder = folderWith();
  const args = ['bench', 'systems', '--data', 'mnist:test', '--minutes', '0.005', '--samples', '100'];
  const results = join(folder, 'benchmarks/systems/results.jsonl');

  test('trains systems for the same time, keeps their rows, and trains none twice', async () => {
    const one = eventsOf(await succeedHere([...args, '--systems', 'gan', '--json'], folder));
    expect(one).toEqual([
      expect.objectContaining({ system: 'gan', seed: 0, data: 'mnist:test', protocol: '0.005 minutes' }),
    ]);
    for (const key of ['fd', 'precision', 'recall', 'modes', 'modes-kl', 'swd', 'fd-low', 'fd-high'])
      expect(one[0]![key]).toEqual(expect.any(Number));
    expect(one[0]!.steps).toBeGreaterThan(0);
    // 0.3 seconds of the processor, and the step that went beyond.
    expect(one[0]!.seconds).toBeGreaterThanOrEqual(0.3);
    expect(one[0]!.seconds).toBeLessThan(3);
    expect(eventsOf(readFileSync(results, 'utf8'))).toEqual(one);
    const recipes = JSON.parse(readFileSync(join(folder, 'benchmarks/systems/recipe.json'), 'utf8'));
    expect(recipes[String(one[0]!.recipe)]).toMatchObject({ gan: 'gan', minutes: 0.005, threads: 1 });

    const both = eventsOf(await succeedHere([...args, '--systems', 'gan,lsgan', '--json'], folder));
    expect(both[0]).toEqual(one[0]);
    expect(both[1]).toMatchObject({ system: 'lsgan' });
    expect(eventsOf(readFileSync(results, 'utf8'))).toEqual(both);

    // All of it is on record, so the table costs nothing.
    const table = (await succeedHere([...args, '--systems', 'gan,lsgan'], folder)).trimEnd().split('\n');
    expect(table[0]).toMatch(
      /^\| system +\| steps +\| fd +\| precision +\| recall +\| modes +\| modes-kl +\| swd +\|$/,
    );
    expect(table).toHaveLength(4);
    expect(table.slice(2).join()).toMatch(/`l?s?gan` +\| \d+ +\| [\d.]+ \([\d.]+ to [\d.]+\)/);
    expect(eventsOf(readFileSync(results, 'utf8'))).toEqual(both);
  });

  test('pads digits for a system that refuses their size, scores it as the others, and says so', async () => {
    const systems = ['--systems', 'progan,gan', '--out', 'padded'];
    const rows = eventsOf(await succeedHere([...args, ...systems, '--json'], folder));
    const note =
      'the data were padded to 32x32 pixels: real and generated images are compared cropped to 28x28';
    expect(rows.map(({ system, note }) => [system, note])).toEqual([
      ['progan', note],
      ['gan', undefined],
    ]);
    for (const row of rows)
      for (const key of ['fd', 'modes', 'swd']) expect(row[key]).toEqual(expect.any(Number));
    const recipes = JSON.parse(readFileSync(join(folder, 'padded/recipe.json'), 'utf8'));
    const [padded, plain] = rows.map(({ recipe }) => recipes[String(recipe)]);
    expect(padded.features).toBe(plain.features);
    expect(padded.data.fingerprint).not.toBe(plain.data.fingerprint);
    const text = await succeedHere([...args, ...systems], folder);
    expect(text.trimEnd().split('\n').slice(-2)).toEqual(['', `\`progan\`: ${note}`]);
  });

  test('tells at once of a system that cannot learn data which cannot be padded', async () => {
    const header = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 20, 0, 0, 0, 20];
    writeFileSync(join(folder, 'small-idx3-ubyte'), Uint8Array.of(...header, ...new Uint8Array(800)));
    const small = [...args, '--data', 'idx:small-idx3-ubyte', '--out', 'refused', '--systems', 'gan,progan'];
    const { code, stdout, stderr } = await runHere(small, folder);
    expect(stderr).toMatch(/progan: grows to squares of 4, 8, .*, not 20x20; choose one with --size/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  test.each([
    [['--systems', 'nope'], /there is no system 'nope' for images; there are gan, /],
    [['--data', 'ring'], /--data ring: systems are compared on images, and these are points/],
    [['--minutes', '0'], /--minutes: expected a number above 0, got '0'/],
  ])('refuses %s', async (wrong, message) => {
    const { code, stdout, stderr } = await runHere([...args, '--out', 'refused', ...wrong], folder);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(existsSync(join(folder, 'refused/results.jsonl'))).toBe(false);
  });
});
