import { readFileSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { executablePath } from '../support/browser.ts';
import { folderWith } from '../support/gansmith.ts';
import { built, openPage, type Site, servePages } from '../support/studioPages.ts';
import { serveStudio } from '../support/studioServer.ts';

/* The built pages when the network is cut: the browser is told that there is none, and the server is really gone. */

const PLACE = '/teaching/gans/';
const EXPERIMENTS = [
  'game',
  'modes?units=16&cures=none,pairing',
  'line',
  'saturating',
  'players',
  'transport',
  'leash',
  'scores',
  'digits?width=4&batch=16',
  'passes',
];

let browser: Browser;
let site: Site;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-quic'] });
});
afterAll(() => browser?.close());
afterEach(async () => {
  await context?.close();
  site?.stop();
});

/** Opens a place of the pages in a browser that knows nothing of them. */
async function begin(hash: string, others: Record<string, string> = {}): Promise<void> {
  site = await servePages(PLACE, others);
  ({ page, complaints } = await openPage(browser, 30_000));
  context = page.context();
  await open(hash);
}
const open = (hash: string) => page.goto(`${site.url}${PLACE}${hash}`);

/** Waits until the pages are kept. */
const isKept = () => page.waitForFunction('navigator.serviceWorker.controller !== null');

async function cut(): Promise<void> {
  await context.setOffline(true);
  site.stop();
}

/** Opens an experiment from another, and sees it make a step, or what it measures come. */
async function visit(place: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#/lab/${place}`);
  await page
    .getByText(`${EXPERIMENTS.indexOf(place) + 1} of ${EXPERIMENTS.length}`, { exact: true })
    .waitFor();
  await page.locator('main canvas').first().waitFor();
  if (place === 'scores') return page.locator('[data-points]:not([data-points="0"])').waitFor();
  const before = await page.locator('[data-step]').getAttribute('data-step');
  await page.getByRole('button', { name: /^Step( both)?$/, disabled: false }).click();
  await page.locator(`[data-step="${Number(before) + 1}"]`).waitFor();
}

it('ask nothing of any other server', async () => {
  site = await servePages(PLACE);
  ({ page, complaints } = await openPage(browser, 30_000));
  context = page.context();
  const asked = new Set<string>();
  context.on('request', (request) => asked.add(request.url()));
  for (const place of ['', '#/runs', '#/explorer', '#/lab', 'gan-lab.html']) {
    await open(place);
    await page.locator('h1').first().waitFor();
  }
  await open('#/lab');
  await page.locator('h1').waitFor();
  for (const place of EXPERIMENTS) await visit(place);
  await isKept();
  const elsewhere = [...asked].filter(
    (url) => !/^(blob|data):/.test(url) && !url.startsWith(site.url + PLACE),
  );
  expect(elsewhere).toEqual([]);
  // The runtime was loaded, too.
  expect([...asked].some((url) => url.endsWith('.wasm'))).toBe(true);
});

describe('with the network cut', () => {
  it('go on training, and open what was not open before', async () => {
    await begin('#/lab/game');
    await page.locator('[data-step="0"]').waitFor();
    await isKept();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await cut();
    const made = Number(await page.locator('[data-step]').getAttribute('data-step'));
    await page.waitForFunction(
      (made) => Number(document.querySelector<HTMLElement>('[data-step]')!.dataset.step) > made + 100,
      made,
    );
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    for (const place of EXPERIMENTS) if (!place.startsWith('digits')) await visit(place);
    expect(complaints).toEqual([]);
    await page.evaluate("location.hash = '#/explorer'");
    await page.getByText('Open a file').waitFor();
  });

  it('are opened again, at any address, with all that its moves made', async () => {
    await begin('#/lab');
    await isKept();
    await cut();
    await open('#/lab/modes?units=16&cures=none,pairing&moves=25b1c');
    await page.locator('[data-step="26"]').waitFor();
    await page.reload();
    await page.locator('[data-step="26"]').waitFor();
    await open('embedded.html#/lab/players');
    await page.getByRole('heading', { level: 1, name: 'Two players, no rest' }).waitFor();
  });

  it('train pictures by WebAssembly if they have before', async () => {
    await begin('#/lab');
    await isKept();
    await visit('digits?width=4&batch=16');
    await page.waitForFunction("location.hash.includes('moves=1b')");
    const isRuntimeKept = () =>
      page.evaluate(async () => {
        const cache = await caches.open((await caches.keys())[0]!);
        return (await cache.keys()).some(({ url }) => url.endsWith('.wasm'));
      });
    await expect.poll(isRuntimeKept).toBe(true);
    await cut();
    await page.reload();
    await page.locator('[data-step="1"]').waitFor();
    await page.getByRole('button', { name: 'Step both', disabled: false }).click();
    await page.locator('[data-step="2"]').waitFor();
  });
});

it('are those of a new build as soon as there is one, and the old one is forgotten', async () => {
  const others: Record<string, string> = {};
  await begin('#/lab', others);
  await isKept();
  const names = () => page.evaluate(() => caches.keys());
  const [before] = await names();
  const next = (file: string, from: RegExp, to: string) =>
    readFileSync(new URL(file, built), 'utf8').replace(from, to);
  others[PLACE] = next('index.html', /<html/, '<html data-build="next"');
  others[`${PLACE}service-worker.js`] = next('service-worker.js', /"version":"\w+"/, '"version":"next"');
  await page.reload();
  await page.locator('[data-build=next]').waitFor({ state: 'attached' });
  const waits = () => page.evaluate(async () => (await navigator.serviceWorker.ready).waiting !== null);
  await expect.poll(waits, { timeout: 20_000 }).toBe(true);
  expect(await names()).toHaveLength(2);
  // With its last page the old one goes.
  await page.goto('about:blank');
  await expect
    .poll(
      async () => {
        await open('#/lab');
        return names();
      },
      { timeout: 20_000 },
    )
    .toEqual([before!.replace(/\w+$/, 'next')]);
  await cut();
  await page.reload();
  await page.locator('[data-build=next]').waitFor({ state: 'attached' });
  await page.getByRole('heading', { level: 1, name: 'Lab' }).waitFor();
});

it('are not kept when the studio of this machine serves them', async () => {
  const studio = await serveStudio(folderWith());
  try {
    ({ page, complaints } = await openPage(studio.browser, 30_000));
    const answered = page.context().waitForEvent('response', {
      predicate: (response) => response.url().endsWith('service-worker.js'),
    });
    await page.goto(`${studio.open}#/lab`);
    await page.evaluate("caches.open('gansmith of another build at this address')");
    expect((await answered).status()).toBe(200);
    const left = () =>
      page.evaluate(async () => [
        (await navigator.serviceWorker.getRegistrations()).length,
        (await caches.keys()).length,
      ]);
    await expect.poll(left).toEqual([0, 0]);
    expect(await page.evaluate(() => navigator.serviceWorker.controller)).toBe(null);
    expect(complaints).toEqual([]);
  } finally {
    await studio.stop();
  }
});
