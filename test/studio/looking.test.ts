import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { folderWith } from '../support/gansmith.ts';
import { succeedBuilt } from '../support/inProcess.ts';
import { openPage, problems } from '../support/studioPages.ts';
import { type ServedStudio, serveStudio } from '../support/studioServer.ts';

/* What the explorer shows beside pictures: what the critic says of them, and the training images nearest to them. */

/** A GAN of a user's own, whose critic judges patches of 28 x 28 images: a map of 7 x 7. */
const PATCHES = `import { adam, conv2d, criticLoss, defineGan, dense, generatorLoss, leakyRelu, normal, reshape, tanh, z } from 'gansmith';

export default defineGan({
  name: 'patches',
  title: 'A critic of patches',
  data: ['images'],
  config: z.strictObject({ batch: z.int().min(1).default(8) }),
  networks: (_, data) => ({
    G: (scope, z) => tanh(reshape(dense(scope, 'out', z!, { units: 784 }), [z!.shape[0]!, ...data.shape])),
    D: (scope, x) => {
      const h = leakyRelu(conv2d(scope, 'down', x!, { channels: 4, kernel: 4, stride: 2, padding: 1 }));
      return conv2d(scope, 'out', h, { channels: 1, kernel: 4, stride: 2, padding: 1 });
    },
  }),
  optimizers: () => ({ G: adam({ lr: 1e-3, b1: 0.5, b2: 0.9 }), D: adam({ lr: 1e-3, b1: 0.5, b2: 0.9 }) }),
  inputs: () => ({ z: normal([8]) }),
  phases: () => [
    { name: 'critic', trains: 'D', step: ({ G, D }, { real, z }) => ({ loss: criticLoss(D(real), D(G(z))) }) },
    { name: 'generator', trains: 'G', step: ({ G, D }, { z }) => ({ loss: generatorLoss(D(G(z))) }) },
  ],
});
`;

const folder = folderWith({ 'patches.ts': PATCHES });
const [OWN, PICTURES] = ['00000-patches-mnist-test', '00001-dcgan-mnist'];
let studio: ServedStudio;
let page: Page;
let complaints: string[] = [];

beforeAll(async () => {
  const few = ['--steps', '2', '--tune', '0', '--doctor', 'off', '--sample-every', '1000'];
  await succeedBuilt(['train', './patches.ts', '--data', 'mnist:test', ...few], folder);
  await succeedBuilt(
    ['train', 'dcgan', '--data', 'mnist', 'preset=small', 'width=4', 'batch=8', 'latent=16', ...few],
    folder,
  );
  for (const network of ['G', 'D'])
    await succeedBuilt(
      ['export', join('runs', OWN), '--network', network, '--out', `${network}.onnx`],
      folder,
    );
  studio = await serveStudio(folder);
}, 90_000);
afterAll(() => studio?.stop(), 60_000);
beforeEach(async () => {
  ({ page, complaints } = await openPage(studio.browser, 30_000));
  await page.goto(studio.address);
});
afterEach(() => page.context().close());

const explore = async (run: string) => {
  await page.goto(`${studio.open}#/explorer?run=${run}`);
  await page.locator('.walk canvas[data-ready]').waitFor();
};
const chooseFile = (file: string) => page.locator('input[type=file]').setInputFiles(join(folder, file));
const map = () => page.getByRole('img', { name: /^The critic's map of seed 0, 7 by 7 patches: lowest/ });
const pixels = (selector: string) =>
  page.locator(selector).evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());

describe('what the critic says', () => {
  it('is a map over the picture, for a critic of patches of a user’s own', async () => {
    await explore(OWN);
    await page.getByRole('button', { name: 'Open the critic' }).click();
    await map().waitFor();
    await page.locator('.patches .map[data-ready]').waitFor();
    const [before, label] = [await pixels('.patches .map'), await map().getAttribute('aria-label')];
    await page.locator('.plane').press('Shift+ArrowRight');
    await expect.poll(() => map().getAttribute('aria-label')).not.toBe(label);
    await expect.poll(() => pixels('.patches .map')).not.toBe(before);
    const strength = page.getByRole('slider', { name: /^Strength of the map/ });
    await strength.focus();
    await page.keyboard.press('Home');
    expect(await page.locator('.patches .map').evaluate((one) => getComputedStyle(one).opacity)).toBe('0');
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await problems(page)).toEqual([]);
    }
    expect(complaints).toEqual([]);
  });

  it('is one number for a critic of whole pictures', async () => {
    await explore(PICTURES);
    await page.getByRole('button', { name: 'Open the critic' }).click();
    await page.getByText(/The critic gives seed 0 -?\d/).waitFor();
  });

  it('comes from a file too, opened after its generator', async () => {
    await page.goto(`${studio.open}#/explorer`);
    await chooseFile('G.onnx');
    await page.locator('.walk canvas[data-ready]').waitFor();
    await page.getByRole('button', { name: 'Open the critic' }).click();
    expect(await page.getByRole('alert').textContent()).toContain('--network D --out critic.onnx');
    await chooseFile('D.onnx');
    await map().waitFor();
    expect(await page.getByText('does not carry the images it was trained on').count()).toBe(1);
  });
});

describe('the nearest training images', () => {
  const neighbours = () => page.getByRole('img', { name: /^Training image \d+, class \d, at distance/ });
  const find = async () => {
    await page.getByRole('button', { name: 'Find' }).click();
    await neighbours().nth(7).waitFor();
    const labels = await neighbours().evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')!));
    return labels.map((label) => Number(/distance (\S+)/.exec(label)![1]));
  };

  it('are found by pixels, nearest first', async () => {
    await explore(PICTURES);
    const byPixels = await find();
    expect(byPixels).toEqual(byPixels.toSorted((a, b) => a - b));
    expect(byPixels.every((distance) => distance > 0 && distance < 1)).toBe(true);
    await page.getByText('Nearest first of 60,000 images of mnist, by pixels').waitFor();
    await page.locator('.plane').press('ArrowUp');
    await page.getByText('The picture has changed since').waitFor();
    expect(complaints).toEqual([]);
  });

  it('are found by what a classifier sees', async () => {
    await explore(OWN);
    await page.getByRole('combobox', { name: 'Compared by' }).selectOption('features');
    const distances = await find();
    expect(distances).toEqual(distances.toSorted((a, b) => a - b));
    await page
      .getByText("Nearest first of 10,000 images of mnist:test, by features of the classifier 'mnist'")
      .waitFor();
    // A record that names other data, as one from elsewhere may, shows none of them.
    const file = join(folder, 'runs', OWN, 'run.json');
    const record = JSON.parse(readFileSync(file, 'utf8'));
    record.data.fingerprint = '0'.repeat(16);
    writeFileSync(file, JSON.stringify(record));
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByText("the data 'mnist:test' are not those the run learned from").waitFor();
  });
});

it('needs the token for what lies outside of the runs', async () => {
  const { page: other } = await openPage(studio.browser, 15_000);
  await other.goto(`${studio.open}#/explorer?run=${PICTURES}`);
  await other.getByText('To see training images, open the address').waitFor();
  await other.context().close();
});
