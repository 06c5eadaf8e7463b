import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Frame, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { executablePath } from '../support/browser.ts';
import { built, problems, type Site, servePages } from '../support/studioPages.ts';

/* The element `gan-lab` in pages that know nothing of the studio. */

const PLACE = '/files/gans/';

/** A page whose styles would spoil whatever they reached, and which has keys and an address of its own. */
const FOREIGN = `<!doctype html><html lang="en"><title>A page of elsewhere</title><link rel="icon" href="data:,">
<style>* { box-sizing: content-box; } button, canvas { display: none; } p { color: red; }</style>
<script type="module" src="${PLACE}gan-lab.js"></script>
<script>addEventListener('keydown', () => { window.pressed = true; });</script>
<h1>A page of elsewhere</h1>
<gan-lab experiment="modes" settings="cures=pairing&amp;units=16"></gan-lab>
<p>What comes after.</p></html>`;

let site: Site;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  site = await servePages(PLACE, {
    '/posts/today': FOREIGN,
    '/posts/wrong': FOREIGN.replace('"modes"', '"moods"'),
  });
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-quic'] });
});
afterAll(async () => {
  await browser?.close();
  site?.stop();
});
afterEach(() => page?.context().close());

/** Opens a page; gives the frame of its experiment. */
async function open(path: string, options: BrowserContextOptions = {}): Promise<Frame> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  page = await context.newPage();
  page.setDefaultTimeout(30_000);
  complaints = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${site.url}${path}`);
  const frame = await page.locator('gan-lab iframe').elementHandle();
  const content = (await frame!.contentFrame())!;
  await content.locator('h1, .notice').first().waitFor();
  return content;
}

it('is one small script', () => {
  const script = readFileSync(new URL('gan-lab.js', built), 'utf8');
  expect(script.length).toBeLessThan(3000);
  expect(script).not.toMatch(/\bimport\b(?!\.meta)/);
});

it('trains in a foreign page, and shows the modes it finds', { timeout: 120_000 }, async () => {
  const frame = await open('/posts/today');
  const run = frame.locator('[data-cure=pairing]');
  await run.waitFor();
  await frame.waitForFunction("document.querySelector('[data-cure]').dataset.modes === '0'");
  await frame.getByRole('button', { name: 'Run', exact: true }).click();
  await frame.waitForFunction("Number(document.querySelector('[data-cure]').dataset.modes) >= 6", undefined, {
    timeout: 100_000,
  });
  await frame.getByRole('button', { name: 'Pause', exact: true }).click();
  await frame.waitForFunction("location.hash.includes('moves=')");
  expect(page.url()).toBe(`${site.url}/posts/today`);
  expect(await page.title()).toBe('A page of elsewhere');
  expect(complaints).toEqual([]);
});

it('takes as much room as it needs, and leaves the styles of both pages alone', async () => {
  const frame = await open('/posts/today');
  await frame.locator('[data-cure=pairing] canvas').first().waitFor();
  await page.waitForFunction("document.querySelector('gan-lab').getBoundingClientRect().height !== 600");
  await page.waitForTimeout(300);
  const scrolls = 'document.documentElement.scrollHeight - document.documentElement.clientHeight';
  expect(await frame.evaluate(scrolls)).toBeLessThanOrEqual(0);
  const colour = (place: Page | Frame) =>
    place
      .locator('p')
      .last()
      .evaluate((text) => getComputedStyle(text).color);
  expect(await colour(page)).toBe('rgb(255, 0, 0)');
  expect(await colour(frame)).not.toBe('rgb(255, 0, 0)');
  // The keys of an experiment are its own.
  await page.locator('body').press('Space');
  expect(await frame.getByRole('button', { name: 'Run', exact: true }).count()).toBe(1);
  expect(await page.evaluate('window.pressed')).toBe(true);
});

it('follows its attributes', async () => {
  await open('/posts/today');
  await page.evaluate("document.querySelector('gan-lab').setAttribute('experiment', 'players')");
  const frame = page.frameLocator('gan-lab iframe');
  await frame.getByRole('heading', { level: 1, name: 'Two players, no rest' }).waitFor();
  await page.evaluate("document.querySelector('gan-lab').setAttribute('look', 'dark')");
  await frame.locator(':root[data-theme=dark]').waitFor();
});

it('names the experiments when it is asked for one that is not there', async () => {
  const frame = await open('/posts/wrong');
  await frame.getByText("There is no experiment 'moods'. There are game, modes, line").waitFor();
});

/** Folder to leave pictures in, to be looked at. */
const pictures = process.env.LAB_PICTURES;

it.each([
  { colorScheme: 'dark', width: 390 },
  { colorScheme: 'light', width: 1280 },
] as const)(
  'is used by a page of the docs, $width px wide and $colorScheme',
  async ({ colorScheme, width }) => {
    const frame = await open(`${PLACE}gan-lab.html`, { colorScheme, viewport: { width, height: 900 } });
    await frame.locator('[data-cure=pairing][data-steps="0"]').waitFor();
    await frame.getByRole('button', { name: '25 steps' }).click();
    await frame.locator('[data-cure=none][data-steps="25"]').waitFor();
    expect(await problems(page)).toEqual([]);
    expect(await problems(frame)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    const ground = await frame.evaluate(
      "getComputedStyle(document.documentElement).getPropertyValue('color-scheme') + matchMedia('(prefers-color-scheme: dark)').matches",
    );
    expect(ground).toBe(`light dark${colorScheme === 'dark'}`);
    expect(complaints).toEqual([]);
    if (pictures) await page.screenshot({ path: join(pictures, `element-${width}.png`), fullPage: true });
  },
);
