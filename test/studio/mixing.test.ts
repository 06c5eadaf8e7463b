import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readPngText } from '../../src/base/png.ts';
import { accessProblems, keyboardProblems } from '../support/access.ts';
import { folderWith } from '../support/gansmith.ts';
import { succeedBuilt } from '../support/inProcess.ts';
import { openPage } from '../support/studioPages.ts';
import { type ServedStudio, serveStudio } from '../support/studioServer.ts';

/* The explorer's panel of mixed styles, on small runs of systems with styles. */

const folder = folderWith({ 'own.ts': "export { stylegan2 as default } from 'gansmith/zoo';\n" });
const [STYLES, PLAIN, OWN] = ['00000-stylegan2-mnist', '00001-dcgan-mnist', '00002-stylegan2-mnist'];
/** 28 x 28 pixels are made at 7, 14, 14, 28, 28 and, for the picture itself, 28. */
const LAYERS = 6;
let studio: ServedStudio;
let page: Page;
let complaints: string[] = [];

beforeAll(async () => {
  const few = ['--steps', '2', '--tune', '0', '--doctor', 'off', '--sample-every', '1000'];
  const tiny = ['batch=4', 'latent=8', 'style=8', 'mapping=2', 'width=4', 'maxWidth=8'];
  await succeedBuilt(['train', 'stylegan2', '--data', 'mnist', ...tiny, ...few], folder);
  await succeedBuilt(
    ['train', 'dcgan', '--data', 'mnist', 'preset=small', 'width=4', 'batch=8', 'latent=16', ...few],
    folder,
  );
  await succeedBuilt(
    ['train', './own.ts', '--data', 'mnist', 'condition=projection', ...tiny, ...few],
    folder,
  );
  const exported = async (run: string, network: string, file: string) =>
    succeedBuilt(['export', join('runs', run), '--network', network, '--out', file], folder);
  for (const network of ['G', 'mapping', 'synthesis']) await exported(STYLES, network, `${network}.onnx`);
  await exported(PLAIN, 'G', 'plain.onnx');
  await exported(OWN, 'synthesis', 'other.onnx');
  studio = await serveStudio(folder);
}, 180_000);
afterAll(() => studio?.stop(), 60_000);
beforeEach(async () => {
  ({ page, complaints } = await openPage(studio.browser, 30_000));
});
afterEach(() => page.context().close());

const open = async (query: string) => {
  await page.goto(studio.address);
  await page.goto(`${studio.open}#/explorer?${query}`);
  await made();
};
const made = () => page.locator('.mixed-grid canvas[data-ready]').last().waitFor();
const chooseFiles = (...files: string[]) =>
  page.locator('input[type=file]').setInputFiles(files.map((file) => join(folder, file)));
const pixels = (selector: string) =>
  page
    .locator(selector)
    .first()
    .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
const picture = (which: 'a' | 'b' | 'mixture') =>
  pixels(`.mixing-pictures figure:nth-child(${['a', 'b', 'mixture'].indexOf(which) + 1}) canvas`);
const seedPixels = (seed: number) => pixels(`.seed-grid .seed:nth-child(${seed + 1}) canvas`);
const cell = (row: number, column: number) =>
  page.locator(`.mixed-grid tbody tr:nth-child(${row + 1}) td:nth-child(${column + 2}) canvas`);
const crossover = () => page.getByRole('slider', { name: /^Crossover/ });
const layer = (number: number) => page.getByRole('button', { name: new RegExp(`^Layer ${number},`) });
/** Longer than a second: machines have other work too. */
const eventually = <T>(read: () => Promise<T> | T) => expect.poll(read, { timeout: 20_000 });
const notice = () => page.getByRole('alert').textContent();

describe('a run with styles', () => {
  it('is a with all switches on a, b with all on b, and between them by the crossover', async () => {
    await open(`run=${STYLES}&a=3&b=5&mix=aaaaaa`);
    const [a, b] = [await picture('a'), await picture('b')];
    expect([a, b]).toEqual([await seedPixels(3), await seedPixels(5)]);
    expect(a).not.toBe(b);
    expect(await picture('mixture')).toBe(a);
    await crossover().fill('0');
    await eventually(() => picture('mixture')).toBe(b);
    const seen = new Set([a, b]);
    for (let layers = 1; layers < LAYERS; layers++) {
      await crossover().fill(String(layers));
      await eventually(async () => seen.has(await picture('mixture'))).toBe(false);
      seen.add(await picture('mixture'));
    }
    expect(seen.size).toBe(LAYERS + 1);
    expect(await page.locator('.mixing-took').textContent()).toMatch(/These three took [\d.]+ ms/);
    expect(complaints).toEqual([]);
  });

  it('is switched layer by layer, by the keyboard, and kept in the address', async () => {
    await open(`run=${STYLES}&mix=aaaaaa`);
    const a = await picture('a');
    const names = await page.locator('.layer-switches button').allInnerTexts();
    expect(names.map((name) => name.split(/\s+/).at(-1))).toEqual(
      [7, 14, 14, 28, 28, 28].map((side) => `${side}×${side}`),
    );
    await layer(3).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Layer 3, style of b 14×14', pressed: true }).waitFor();
    await eventually(() => page.url()).toContain('mix=aabaaa');
    await eventually(() => picture('mixture')).not.toBe(a);
    expect(await crossover().getAttribute('aria-valuetext')).toBe('by the switches');
    const mixture = await picture('mixture');
    await page.reload();
    await made();
    expect(await picture('mixture')).toBe(mixture);
    await layer(3).press('Space');
    await eventually(() => picture('mixture')).toBe(a);
    expect(await crossover().getAttribute('aria-valuetext')).toBe('all from a');
  });

  it('is truncated to one picture in the end', async () => {
    await open(`run=${STYLES}`);
    const [a, b] = [await picture('a'), await picture('b')];
    await page.getByRole('slider', { name: /^Psi of truncation/ }).fill('0');
    await eventually(() => picture('a')).not.toBe(a);
    expect(await picture('a')).not.toBe(b);
    expect(await picture('b')).toBe(await picture('a'));
    expect(await picture('mixture')).toBe(await picture('a'));
    await eventually(() => seedPixels(7)).toBe(await picture('a'));
  });

  it('fills a grid of rows by columns, of which one is taken', async () => {
    await open(`run=${STYLES}&rows=2&columns=8&mix=aaabbb`);
    await cell(1, 2).click();
    await eventually(() => page.url()).toMatch(/a=3&b=10/);
    const own = await cell(1, 2).evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
    await eventually(() => picture('mixture')).toBe(own);
    await page.getByLabel('Columns from seed').fill('20');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Mix seeds 4 and 23' }).waitFor();
    await eventually(() => pixels('.mixed-grid thead th:last-child canvas')).toBe(await seedPixels(23));
    expect(await pixels('.mixed-grid tbody th canvas')).toBe(await seedPixels(2));
  });

  it('is saved as a picture that brings everything back', async () => {
    await open(`run=${STYLES}&a=4&b=6&mix=abbaab&psi=0.7`);
    const before = await picture('mixture');
    const save = async (name: string) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: `Save ${name} as PNG` }).click(),
      ]);
      await download.saveAs(join(folder, download.suggestedFilename()));
      return download.suggestedFilename();
    };
    expect(await save('mixture-grid')).toBe('stylegan2-2-mixture-grid.png');
    const file = await save('mixture');
    const recipe = JSON.parse(readPngText(readFileSync(join(folder, file))).gansmith!);
    expect(recipe).toMatchObject({ gan: 'stylegan2', step: 2, psi: 0.7, switches: 'abbaab' });
    expect(recipe).toMatchObject({ seeds: [4, 6, 2], resolutions: [7, 14, 14, 28, 28, 28] });
    await page.goto(`${studio.open}#/explorer?run=${PLAIN}`);
    await page.getByText('dcgan on mnist').waitFor();
    expect(await page.getByRole('heading', { name: 'Mix styles' }).count()).toBe(0);
    await chooseFiles(file);
    await made();
    await eventually(() => picture('mixture')).toBe(before);
  });

  it('can be of a system of a user’s own file, with classes', async () => {
    await open(`run=${OWN}&mix=aaaaaa`);
    const ofItsClass = await picture('mixture');
    expect(ofItsClass).toBe(await seedPixels(0));
    await page.getByRole('combobox', { name: 'Class' }).selectOption('7');
    await eventually(() => picture('mixture')).not.toBe(ofItsClass);
    await eventually(() => seedPixels(0)).toBe(await picture('mixture'));
    await crossover().fill('2');
    await eventually(() => picture('mixture')).not.toBe(await seedPixels(0));
  });
});

describe('files', () => {
  it('of mapping and synthesis are mixed, and make the pictures of the run', async () => {
    await open(`run=${STYLES}`);
    const [mixture, seed] = [await picture('mixture'), await seedPixels(9)];
    await page.goto(`${studio.open}#/explorer`);
    await page.getByText('both at once').waitFor();
    await chooseFiles('synthesis.onnx', 'mapping.onnx');
    await made();
    expect([await picture('mixture'), await seedPixels(9)]).toEqual([mixture, seed]);
    expect(await page.getByRole('combobox', { name: 'Run' }).textContent()).toContain(
      'synthesis.onnx and mapping.onnx',
    );
  });

  it('of the whole generator say what to write instead, and make the same pictures', async () => {
    await open(`run=${STYLES}&psi=0.5`);
    const seed = await seedPixels(9);
    await page.goto(`${studio.open}#/explorer`);
    await chooseFiles('G.onnx');
    await page.getByText('gansmith export RUN --network synthesis --out synthesis.onnx').waitFor();
    await page.goto(`${studio.open}#/explorer?psi=0.5`);
    await page.locator('.seed-grid canvas[data-ready]').last().waitFor();
    await eventually(() => seedPixels(9)).toBe(seed);
  });

  it('that do not belong together are refused, with what to do', async () => {
    await page.goto(`${studio.open}#/explorer`);
    await chooseFiles('mapping.onnx');
    expect(await notice()).toContain(
      'mapping.onnx is the mapping alone, one of two parts of a generator. Write the other by "gansmith export <run> --network synthesis',
    );
    await chooseFiles('mapping.onnx', 'plain.onnx');
    await eventually(notice).toContain(
      'open one file, or the mapping and the synthesis of one generator, which',
    );
    await chooseFiles('mapping.onnx', 'other.onnx');
    await eventually(notice).toContain('are of different generators');
  });
});

it('everyone can read and work the panel, from a phone to a wide screen', async () => {
  await open(`run=${STYLES}`);
  expect(await accessProblems(page)).toEqual([]);
  const { controls, problems } = await keyboardProblems(page);
  expect(problems).toEqual([]);
  expect(controls).toBeGreaterThan(60);
});
