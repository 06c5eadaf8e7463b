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

/* The explorer as people meet it: small runs of the command line, their pictures made in a real browser. */

const folder = folderWith();
const PICTURES = '00000-dcgan-mnist';
const CLASSES = '00001-cgan-mnist';
const POINTS = '00002-gan-ring';
const STYLES = '00003-stylegan2-mnist';
let studio: ServedStudio;

beforeAll(async () => {
  const few = ['--steps', '2', '--tune', '0', '--doctor', 'off', '--sample-every', '1000'];
  const train = (...words: string[]) => succeedBuilt(['train', ...words, ...few], folder);
  await train('dcgan', '--data', 'mnist', 'preset=small', 'width=4', 'batch=8', 'latent=16');
  await train('cgan', '--data', 'mnist', 'generator=[16]', 'critic=[16]', 'batch=8', 'latent=8');
  await train('gan', '--data', 'ring', 'generator=[8]', 'critic=[8]', 'batch=8', '--executor', 'interpreter');
  await train(
    'stylegan2',
    '--data',
    'mnist',
    'batch=4',
    'latent=8',
    'style=8',
    'mapping=2',
    'width=2',
    'maxWidth=4',
  );
  await succeedBuilt(['export', join('runs', PICTURES), '--out', 'generator.onnx'], folder);
  studio = await serveStudio(folder);
}, 90_000);
afterAll(() => studio?.stop(), 60_000);

let page: Page;
let complaints: string[] = [];
beforeEach(async () => {
  ({ page, complaints } = await openPage(studio.browser, 20_000));
});
afterEach(() => page.context().close());

const open = (query: string) => page.goto(`${studio.open}#/explorer?${query}`);
const openRun = async (run: string, more = '') => {
  await open(`run=${run}${more}`);
  await page.locator('.seed-grid canvas[data-ready]').last().waitFor();
};
const pixels = (selector: string) =>
  page
    .locator(selector)
    .first()
    .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
const seedPixels = (seed: number) => pixels(`.seed-grid .seed:nth-child(${seed + 1}) canvas`);
const seedButton = (seed: number) => page.getByRole('button', { name: new RegExp(`^Seed ${seed}(,|$)`) });
const chooseFile = (file: string) => page.locator('input[type=file]').setInputFiles(file);
const notice = () => page.getByRole('alert').textContent();

describe('a run of pictures', () => {
  it('opens from its page, shows a picture a seed, and says how long one took', async () => {
    await page.goto(`${studio.open}#/runs/at/${PICTURES}`);
    await page.getByRole('link', { name: 'Explore', exact: true }).click();
    await page.locator('.seed-grid canvas[data-ready]').last().waitFor();
    const pictures = await page
      .locator('.seed-grid canvas')
      .evaluateAll((all) => all.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()));
    expect(new Set(pictures).size).toBe(48);
    expect(await page.locator('.explorer-title').textContent()).toContain(
      'dcgan on mnist · step 2 · 28 × 28',
    );
    expect(await page.locator('.explorer-speed').textContent()).toMatch(
      /[\d.]+ ms a picture .* by WebAssembly/,
    );
    expect(complaints).toEqual([]);
  });

  it('is walked by dragging and by keys, from the seed and back to it', async () => {
    await openRun(PICTURES, '&a=5');
    const walk = '.walk canvas';
    await page.locator(`${walk}[data-ready]`).waitFor();
    const seed = await seedPixels(5);
    expect(await pixels(walk)).toBe(seed);
    const box = (await page.locator('.plane').boundingBox())!;
    await page.mouse.move(box.x + 100, box.y + 100);
    await page.mouse.down();
    await page.mouse.move(box.x + 200, box.y + 160, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => pixels(walk)).not.toBe(seed);
    await expect.poll(() => page.url()).toMatch(/[?&]x=0\.\d+/);
    await page.locator('.plane').press('Home');
    await expect.poll(() => pixels(walk)).toBe(seed);
    await page.locator('.plane').press('ArrowUp');
    await expect.poll(() => page.url()).toContain('y=0.05');
    await page.locator('.plane').press('Shift+ArrowUp');
    await expect.poll(() => pixels(walk)).not.toBe(seed);
    expect(complaints).toEqual([]);
  });

  it('goes from one seed to another on two paths, as a strip and as a film', async () => {
    await openRun(PICTURES, '&a=3&b=7&t=0');
    const frame = (i: number) => pixels(`.strip .seed:nth-child(${i + 1}) canvas`);
    await page.locator('.strip canvas[data-ready]').last().waitFor();
    expect(await frame(0)).toBe(await seedPixels(3));
    expect(await frame(8)).toBe(await seedPixels(7));
    expect(await pixels('.frame canvas')).toBe(await seedPixels(3));
    const round = await frame(4);
    await page.getByLabel('Path').selectOption('straight');
    await expect.poll(() => frame(4)).not.toBe(round);
    expect(await frame(8)).toBe(await seedPixels(7));
    await page.getByRole('button', { name: 'Play' }).click();
    await expect
      .poll(async () => Number(await page.getByLabel('Share of the way').inputValue()))
      .toBeGreaterThan(2);
    await expect.poll(() => pixels('.frame canvas')).not.toBe(await seedPixels(3));
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.locator('summary[aria-label="Save a film of the way"]').click();
    const [film] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'MP4 video' }).click(),
    ]);
    expect(film.suggestedFilename()).toBe('dcgan-way-3-7.mp4');
    expect(
      readFileSync(await film.path())
        .subarray(4, 8)
        .toString(),
    ).toBe('ftyp');
  });

  it('reckons with three seeds, chosen by the keyboard', async () => {
    await openRun(PICTURES, '&c=-1');
    await page.getByText('Choose three seeds').waitFor();
    await seedButton(0).focus();
    for (const key of ['ArrowDown', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
    await page.getByRole('button', { name: 'Seed 9, chosen as c' }).waitFor();
    await page.locator('.total canvas[data-ready]').waitFor();
    const total = await pixels('.total canvas');
    expect([await seedPixels(0), await seedPixels(1), await seedPixels(9)]).not.toContain(total);
    await page.getByRole('button', { name: 'Seed 1, chosen as b' }).press('Enter');
    await page.getByText('Choose three seeds').waitFor();
    await seedButton(2).press('Enter');
    await page.getByRole('button', { name: 'Seed 2, chosen as b' }).waitFor();
    await expect.poll(() => pixels('.total canvas')).not.toBe(total);
  });

  it('scales latents, to one picture in the end', async () => {
    await openRun(PICTURES);
    const before = await seedPixels(4);
    await page.getByLabel(/^Scaled latents/).fill('0');
    await expect.poll(() => seedPixels(4)).not.toBe(before);
    expect(await seedPixels(4)).toBe(await seedPixels(5));
  });

  it('says of psi what it is: scaled noise here, and truncation where the model takes it itself', async () => {
    await openRun(PICTURES);
    await page.getByText('Noise is multiplied by this').waitFor();
    await openRun(STYLES);
    await page
      .getByText('takes this number itself. Truncation: towards 0 all pictures become the mean')
      .waitFor();
    expect(await page.getByText('Noise is multiplied by this').count()).toBe(0);
    const before = await seedPixels(4);
    await page.getByLabel(/^Truncation psi/).fill('0');
    await expect.poll(() => seedPixels(4)).not.toBe(before);
    expect(await seedPixels(4)).toBe(await seedPixels(5));
    expect(complaints).toEqual([]);
  });

  it('is saved as a picture that brings everything back', async () => {
    await openRun(PICTURES, '&first=2&a=4&b=8&c=5&psi=0.8&x=0.4&y=-0.25');
    await page.locator('.walk canvas[data-ready]').waitFor();
    const before = await pixels('.walk canvas');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save walk as PNG' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('dcgan-2-walk.png');
    const file = join(folder, 'walk.png');
    await download.saveAs(file);
    const recipe = JSON.parse(readPngText(readFileSync(file)).gansmith!);
    expect(recipe).toMatchObject({ gan: 'dcgan', data: 'mnist', step: 2, seeds: [4, 8, 5], psi: 0.8 });
    expect(recipe.checkpoint).toMatch(/^[0-9a-f]{64}$/);
    expect(recipe.config.width).toBe(4);
    await openRun(CLASSES);
    const data = readFileSync(file).toString('base64');
    await page.evaluate((base64) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], 'walk.png', { type: 'image/png' }));
      document.body.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
    }, data);
    await expect.poll(() => pixels('.walk canvas')).toBe(before);
    expect(await page.getByRole('alert').count()).toBe(0);
    await expect.poll(() => page.url()).toContain('psi=0.8');
  });
});

describe('a run with classes', () => {
  it('shows another class when one is chosen', async () => {
    await openRun(CLASSES);
    const before = await seedPixels(0);
    await page.getByRole('combobox', { name: 'Class' }).selectOption('7');
    await expect.poll(() => seedPixels(0)).not.toBe(before);
    // Seed 7 is of class 7 anyway.
    const seventh = await seedPixels(7);
    await page.getByRole('combobox', { name: 'Class' }).selectOption('As the seed says');
    await expect.poll(() => seedPixels(0)).toBe(before);
    expect(await seedPixels(7)).toBe(seventh);
    expect(complaints).toEqual([]);
  });
});

describe('files', () => {
  it('are exported models, which make the same pictures as the run', async () => {
    await openRun(PICTURES);
    const before = await seedPixels(6);
    await open('');
    await page.getByText('Choose a run, or drop a file here').waitFor();
    await chooseFile(join(folder, 'generator.onnx'));
    await page.locator('.seed-grid canvas[data-ready]').last().waitFor();
    expect(await seedPixels(6)).toBe(before);
  });

  it('are checkpoints, and nothing else', async () => {
    await open('');
    await chooseFile(join(folder, 'runs', PICTURES, 'checkpoints', '000002.safetensors'));
    await page.locator('.seed-grid canvas[data-ready]').last().waitFor();
    await chooseFile(join(folder, 'runs', PICTURES, 'run.json'));
    expect(await notice()).toContain('the file is damaged or not an ONNX model');
    await chooseFile(join(folder, 'runs', PICTURES, 'samples', '000000.png'));
    await expect.poll(notice).toContain('000000.png does not say how it was made here');
  });
});

describe('everyone', () => {
  it('sees the points of a GAN of points', async () => {
    await open(`run=${POINTS}`);
    const cloud = page.getByRole('img', { name: /^2,000 generated points\. Across: mean/ });
    await cloud.waitFor();
    const before = await pixels('canvas.points');
    await page.getByLabel(/^Scaled latents/).fill('0.5');
    await expect.poll(() => pixels('canvas.points')).not.toBe(before);
  });

  it('can read and work the room, from a phone to a wide screen', async () => {
    await page.goto(studio.address);
    await openRun(CLASSES);
    await page.getByRole('button', { name: 'Open the critic' }).click();
    await page.getByText(/The critic gives seed 0/).waitFor();
    expect(await accessProblems(page)).toEqual([]);
    const { controls, problems } = await keyboardProblems(page);
    expect(problems).toEqual([]);
    expect(controls).toBeGreaterThan(30);
  });
});
