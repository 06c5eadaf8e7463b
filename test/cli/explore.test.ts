import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeApng } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { decodePng, encodePng, type Picture, readPngText } from '../../src/base/png.ts';
import { decodeSafetensors } from '../../src/base/safetensors.ts';
import { untrained } from '../../src/train/untrained.testing.ts';
import { folderWith } from '../support/gansmith.ts';
import { runHere, succeedHere } from '../support/inProcess.ts';

/* gansmith explore, on generators that have not learned anything. */

const SIDE = 16;
const DATA = {
  kind: 'images',
  shape: [1, SIDE, SIDE],
  classes: ['dark', 'light'],
  name: 'folder:./photos',
} as const;
const TINY = { latent: 6, style: 6, mapping: 2, width: 4, maxWidth: 8 };
const LAYERS = 6;

/** Grey pictures, whose class is whether they are dark. */
const photos = Object.fromEntries(
  Array.from({ length: 24 }, (_, i): [string, Uint8Array] => {
    const value = (i < 12 ? 40 : 215) + (i % 12) - 6;
    const data = new Uint8Array(SIDE * SIDE).fill(value);
    const png = encodePng({ width: SIDE, height: SIDE, channels: 1, data });
    return [`photos/${i < 12 ? 'dark' : 'light'}/${i}.png`, png];
  }),
);

const stylegan2 = untrained('stylegan2', DATA, { ...TINY, average: 0, cutoff: 4 });
const folder = folderWith({
  ...photos,
  'style.safetensors': stylegan2.bytes,
  'plain.safetensors': untrained('dcgan', DATA, { latent: 5, width: 4 }).bytes,
  'conditional.safetensors': untrained('cgan', DATA, { latent: 8 }).bytes,
  'points.safetensors': untrained('gan', { kind: 'points', shape: [2], classes: [] }, {}).bytes,
});

/** Runs a command as one types it. */
const explore = (command: string) => succeedHere(['explore', ...command.split(' ')], folder);
const read = (name: string): Uint8Array => readFileSync(join(folder, name));
const recipeOf = (name: string) => JSON.parse(readPngText(read(name)).gansmith!);

/** The cells of a grid of pictures, row by row. */
function cells(name: string): number[][][] {
  const { width, height, data } = decodePng(read(name));
  const step = SIDE + 2;
  const cell = (row: number, column: number) =>
    Array.from({ length: SIDE * SIDE }, (_, i) => {
      const [y, x] = [row * step + Math.floor(i / SIDE), column * step + (i % SIDE)];
      return data[y * width + x]!;
    });
  const [rows, columns] = [(height + 2) / step, (width + 2) / step];
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => cell(row, column)),
  );
}

/** The pictures of seeds, as `sample` makes them. */
async function sampled(checkpoint: string, seeds: string, columns: number): Promise<number[][]> {
  await succeedHere(
    ['sample', checkpoint, '--seeds', seeds, '--grid', `${columns}x1`, '--out', 'sampled.png'],
    folder,
  );
  return cells('sampled.png')[0]!;
}

const largestDifference = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

describe('interpolate', () => {
  test.each(['style', 'plain', 'conditional'])(
    'goes from sample to sample of %s, and films it',
    async (name) => {
      const stdout = await explore(
        `interpolate ${name}.safetensors --seeds 2,4,6 --steps 5 --out i.png --film walk.png --frames 3`,
      );
      const space = name === 'style' ? 'w' : 'z, along the sphere';
      expect(stdout).toContain(`i.png: 2 paths in ${space} of 5 pictures each, seeds 2,4,6`);
      const strips = cells('i.png');
      expect(strips.map((strip) => strip.length)).toEqual([5, 5]);
      const [two, four, six] = await sampled(`${name}.safetensors`, '2,4,6', 3);
      expect([strips[0]![0], strips[0]![4], strips[1]![0], strips[1]![4]]).toEqual([two, four, four, six]);
      expect(strips[0]![2]).not.toEqual(strips[0]![0]);
      const film = decodeApng(read('walk.png'));
      expect(film.frames).toHaveLength(9);
      expect([film.width, film.height]).toEqual([128, 128]);
      expect(recipeOf('i.png')).toMatchObject({
        seeds: '2,4,6',
        step: 7,
        weights: name === 'style' ? 'live' : 'averaged',
      });
    },
  );

  test('goes other ways in z than in w', async () => {
    const middle = async (how = '') => {
      await explore(`interpolate style.safetensors --seeds 1,2 --steps 3 --out m.png${how}`);
      return cells('m.png')[0]![1]!;
    };
    const ways = [await middle(), await middle(' --space z'), await middle(' --space z --linear')];
    expect(new Set(ways.map(String)).size).toBe(3);
    expect(await middle(' --psi 0 --space w')).not.toEqual(ways[0]);
  });
});

describe('mix', () => {
  const mix = async (how: string) => {
    await explore(`mix style.safetensors --rows 0,1 --columns 2-4 --out mix.png ${how}`);
    return cells('mix.png');
  };

  test('has its sources at the left and on top, and one of them alone where it gives all layers', async () => {
    const [zero, one, two, three, four] = await sampled('style.safetensors', '0-4', 5);
    const all = await mix(`--crossover ${LAYERS}`);
    expect(all[0]!.slice(1)).toEqual([two, three, four]);
    expect(all.slice(1).map((row) => row[0])).toEqual([zero, one]);
    expect(all.slice(1)).toEqual([new Array(4).fill(zero), new Array(4).fill(one)]);
    const none = await mix('--crossover 0');
    expect(none[1]!.slice(1)).toEqual([two, three, four]);
  });

  test('takes the stated layers', async () => {
    const some = await mix('--crossover 2');
    expect(await mix('--layers 0-1')).toEqual(some);
    expect(await mix('--layers 1-2')).not.toEqual(some);
    expect(recipeOf('mix.png')).toMatchObject({ rows: '0,1', columns: '2,3,4', layers: '1-2' });
  });
});

describe('truncate', () => {
  test('goes by psi from one picture to the samples of a system with styles', async () => {
    // Beyond the cutoff styles stay, so pictures at psi 0 are alike in what the first four layers say.
    await explore('truncate style.safetensors --seeds 1,2 --steps 3 --out t.png --film f.png');
    const rows = cells('t.png');
    expect(rows.map((row) => row[2])).toEqual(await sampled('style.safetensors', '1,2', 2));
    expect(largestDifference(rows[0]![0]!, rows[1]![0]!)).toBeLessThan(
      largestDifference(rows[0]![2]!, rows[1]![2]!),
    );
    expect(recipeOf('t.png').psi).toEqual([0, 0.5, 1]);
    expect(decodeApng(read('f.png')).frames).toHaveLength(4);
  });

  test('goes by the threshold of latents elsewhere', async () => {
    const stdout = await explore('truncate plain.safetensors --seeds 1 --steps 2 --high 50 --out t.png');
    expect(stdout).toContain('threshold from 0.1 to 50 in 2 steps');
    expect(cells('t.png')[0]![1]).toEqual((await sampled('plain.safetensors', '1', 1))[0]);
  });
});

describe('project', () => {
  test('finds a picture again, in a place that stands for a seed', async () => {
    const [five] = await sampled('style.safetensors', '5', 1);
    const png: Picture = { width: SIDE, height: SIDE, channels: 1, data: Uint8Array.from(five!) };
    writeFileSync(join(folder, 'five.png'), encodePng(png));
    const stdout = await explore(
      'project style.safetensors five.png --space w+ --steps 60 --out p.png --film search.png',
    );
    const [, before, after] = /five\.png: distance (\S+) at first, (\S+) now/.exec(stdout)!.map(Number);
    expect(after!).toBeLessThan(before! / 3);
    const [target, likeness, difference] = cells('p.png')[0]!;
    expect(target).toEqual(five);
    expect(difference![0]).toBeCloseTo(127.5 + (likeness![0]! - target![0]!) / 2, -1);
    expect(decodeApng(read('search.png')).frames).toHaveLength(61);
    const { tensors } = decodeSafetensors(read('p.safetensors'), 'p');
    expect(tensors.get('places')!.shape).toEqual([1, LAYERS, 6]);

    await explore('interpolate style.safetensors --seeds p.safetensors,3 --steps 2 --out from.png');
    const [found, three] = cells('from.png')[0]!;
    expect(largestDifference(found!, likeness!)).toBeLessThanOrEqual(1);
    expect(three).toEqual((await sampled('style.safetensors', '3', 1))[0]);
    await explore('mix style.safetensors --rows p.safetensors --columns 3 --out mixed.png');
    expect(largestDifference(cells('mixed.png')[1]![0]!, likeness!)).toBeLessThanOrEqual(1);
  });

  test('takes examples of the data, and works in z without styles', async () => {
    const stdout = await explore('project plain.safetensors --example 0,23 --steps 3 --out e.png');
    expect(stdout).toMatch(/target, likeness in z and difference/);
    expect(stdout).toMatch(/e\.safetensors: the 2 places/);
    expect(stdout).toMatch(/example 0: distance .*\nexample 23: distance/);
    expect(cells('e.png').map(([target]) => target![0])).toEqual([34, 220]);
  });
});

describe('directions', () => {
  test('are those of the largest variance of w, in descending order', async () => {
    const stdout = await explore(
      'directions style.safetensors --components 3 --samples 200 --steps 5 --out d.png',
    );
    const shares = [...stdout.matchAll(/component \d: ([\d.]+) % of the variance of w/g)].map(([, share]) =>
      Number(share),
    );
    expect(shares).toHaveLength(3);
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
    const strips = cells('d.png');
    expect(strips.map((strip) => strip.length)).toEqual([5, 5, 5]);
    // All strips meet at the mean.
    expect(strips[1]![2]).toEqual(strips[0]![2]);
    const { tensors } = decodeSafetensors(read('d.safetensors'), 'd');
    expect(tensors.get('directions')!.shape).toEqual([3, 6]);
    const [first] = [tensors.get('directions')!.data.slice(0, 6) as Float32Array];
    expect(Math.hypot(...first!)).toBeCloseTo(1, 5);
  });

  test.each(['style', 'conditional'])('along an attribute make the pictures of %s have it', async (name) => {
    const stdout = await explore(
      `directions ${name}.safetensors --attribute light --features pixels --samples 300 --seeds 1,2 --steps 3 --out light.png`,
    );
    const [, share] =
      /'light', judged by the nearest of 24 real pictures in pixels: .* with ([\d.]+) % balanced/.exec(
        stdout,
      )!;
    expect(Number(share)).toBeGreaterThan(75);
    const mean = (picture: readonly number[]) =>
      picture.reduce((sum, value) => sum + value, 0) / picture.length;
    for (const [low, , high] of cells('light.png')) expect(mean(high!)).toBeGreaterThan(mean(low!));
  });
});

test('arithmetic adds what it took away', async () => {
  const stdout = await explore('arithmetic style.safetensors 1 2 2 --out a.png --film af.png');
  expect(stdout).toContain('a, b, c and a - b + c in w: 1 - 2 + 2');
  const [a, b, c, result] = cells('a.png')[0]!;
  expect(largestDifference(result!, a!)).toBeLessThanOrEqual(1);
  expect(b).toEqual(c);
  expect(decodeApng(read('af.png')).frames).toHaveLength(60);
  await explore('arithmetic plain.safetensors 1,2 3 4-6 --out a.png');
  expect(cells('a.png')[0]).toHaveLength(4);
});

test.each([
  { part: 'mapping', ports: 'inputs z [batch, 6]; output w [batch, 6, 6]' },
  { part: 'synthesis', ports: 'inputs w [batch, 6, 6]; output images [batch, 1, 16, 16]' },
])('the $part is exported, once it was found to compute the same', async ({ part, ports }) => {
  const stdout = await succeedHere(
    ['export', 'style.safetensors', '--network', part, '--out', `${part}.onnx`],
    folder,
  );
  expect(stdout).toContain(ports);
  expect(stdout).toMatch(new RegExp(`largest difference from the ${part} network in memory \\d`));
  expect(existsSync(join(folder, `${part}.onnx`))).toBe(true);
});

describe('refusals', () => {
  test.each<[string, RegExp]>([
    ['mix plain.safetensors', /dcgan has no styles to mix; stylegan, stylegan2 and stylegan2-ada have them/],
    ['mix style.safetensors --layers 4-6', /there is no layer 6: w has the layers 0 to 5/],
    ['mix style.safetensors --layers x', /--layers: expected numbers and ranges such as 0-3,6, got 'x'/],
    ['mix style.safetensors --layers 1 --crossover 2', /say the same in two ways; give one/],
    ['mix style.safetensors --crossover 9', /--crossover 9: expected at most the 6 layers/],
    ['interpolate style.safetensors --seeds 1', /a path needs two seeds or more/],
    ['interpolate style.safetensors --seeds 3-1', /--seeds: the range 3-1 runs backwards/],
    ['interpolate plain.safetensors --space w', /dcgan has no styles w; its paths are in z/],
    ['interpolate style.safetensors --seeds 1,nope.safetensors', /there is no file nope\.safetensors/],
    ['interpolate style.safetensors --seeds 1,plain.safetensors', /holds no places; give a file that/],
    ['interpolate style.safetensors --class dark', /stylegan2 is not conditional here/],
    ['interpolate conditional.safetensors --class drak', /no class 'drak'; did you mean 'dark'/],
    ['interpolate points.safetensors', /gan makes points here, and exploring is for generators of images/],
    ['truncate style.safetensors --low 2', /--low 2 must be below --high 1/],
    ['project style.safetensors', /name a picture to search for/],
    ['project style.safetensors nope.png', /there is no file nope\.png/],
    ['project style.safetensors --example 24', /has the examples 0 to 23/],
    ['project plain.safetensors --example 0 --space w+', /dcgan has no styles w to project into/],
    ['directions plain.safetensors', /z varies alike in all directions; name an attribute by --attribute/],
    [
      'directions style.safetensors --attribute lihgt',
      /no class or annotation 'lihgt'; did you mean 'light'/,
    ],
    ['directions style.safetensors --components 7', /w has 6 dimensions/],
    ['mix nowhere', /nowhere/],
    ['walk style.safetensors', /unknown command 'walk'/],
  ])('%s is refused in a sentence', async (command, message) => {
    const { code, stdout, stderr } = await runHere(['explore', ...command.split(' ')], folder);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});
