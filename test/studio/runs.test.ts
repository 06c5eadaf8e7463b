import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { executablePath } from '../support/browser.ts';
import { folderWith, type Running, start } from '../support/gansmith.ts';
import { openPage, problems } from '../support/studioPages.ts';
import { type WrittenRun, writeRun } from '../support/studioRuns.ts';

/* The studio as people meet it: the built pages, served by the command line, in a real browser. */

const folder = folderWith();
const runs = join(folder, 'runs');
let studio: Running;
let address: string;
let browser: Browser;
let live: WrittenRun;

beforeAll(async () => {
  writeRun(runs, '00000-gan-ring', 60, 'done');
  const second = writeRun(runs, '00001-gan-ring', 40);
  const finding = {
    type: 'finding',
    step: 30,
    sickness: 'critic-too-strong',
    confidence: 'high',
    from: 20,
    to: 30,
    words: 'The critic always wins.',
    evidence: { accuracy: 0.99 },
    remedies: [{ settings: 'r1=1', why: 'it holds the critic back' }],
  };
  appendFileSync(second.log, `${JSON.stringify(finding)}\n`);
  live = writeRun(runs, '00002-gan-ring', 20, 'running');
  studio = start(['studio', '--runs', runs, '--no-open', '--port', '0'], folder);
  const line = await studio.line((text) => text.includes('http://'));
  address = /http:\S+/.exec(line)![0];
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-quic'] });
});
afterAll(async () => {
  await browser?.close();
  studio?.child.kill('SIGINT');
  await studio?.ended;
}, 60_000);

let page: Page;
let complaints: string[] = [];
beforeEach(async () => {
  ({ page, complaints } = await openPage(browser, 15_000));
});
afterEach(() => page.context().close());

const open = async (hash: string) => {
  await page.goto(`${address.split('#')[0]}${hash}`);
};
const openRun = (name: string) => open(`#/runs/at/${name}`);

/** What the canvas of the samples shows, as text. */
const shownPicture = () =>
  page
    .locator('.reel canvas')
    .first()
    .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());

describe('the list of runs', () => {
  it('shows every run, and leads to one', async () => {
    await page.goto(address);
    await page.getByText('3 runs').waitFor();
    expect(page.url()).not.toContain('token');
    const card = page.locator('.card', { hasText: '00001-gan-ring' });
    expect(await card.textContent()).toMatch(/gan on ring[\s\S]*stopped[\s\S]*step 40 of 1,000/);
    expect(await card.locator('img').evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(16);
    await page.getByRole('link', { name: '00000-gan-ring' }).click();
    await page.getByRole('heading', { level: 1, name: '00000-gan-ring' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('shows a new run without being asked again', async () => {
    await open('#/runs');
    await page.getByText('3 runs').waitFor();
    writeRun(runs, '00003-gan-ring', 10);
    await page.getByText('4 runs').waitFor();
  });
});

describe('a run', () => {
  it('shows a chart for every key, the samples, findings, settings and machine', async () => {
    await openRun('00001-gan-ring');
    const charts = page.getByRole('img', { name: / over steps\./ });
    await expect.poll(() => charts.count()).toBe(2);
    const losses = (await charts.first().getAttribute('aria-label'))!;
    expect(losses).toContain('critic/loss: 1.399 at step 1, 1.360 at step 40');
    expect(losses).toContain('generator/loss: 0.702 at step 1, 0.780 at step 40');
    const finding = page.locator('.finding');
    await finding.waitFor();
    expect(await finding.textContent()).toMatch(
      /critic too strong.*step 20 to 30 · high confidence.*always wins.*Try r1=1: it holds.*accuracy 0\.990/,
    );
    expect(await page.locator('.facts-table').first().textContent()).toContain('0.0002');
    await page.getByText('Machine').click();
    await page.getByText('a processor, 2 cores').waitFor();
    expect(complaints).toEqual([]);
  });

  it('grows while it trains', async () => {
    await openRun('00002-gan-ring');
    const chart = page.getByRole('img', { name: /^loss over steps/ });
    await expect.poll(() => chart.getAttribute('aria-label')).toContain('at step 20,');
    const before = await chart
      .locator('canvas')
      .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
    live.goOn(21, 50);
    live.status('running', 50);
    await expect.poll(() => chart.getAttribute('aria-label')).toContain('at step 50,');
    await expect
      .poll(() => chart.locator('canvas').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL()))
      .not.toBe(before);
    await page.getByText('step 50 of 1,000').waitFor();
    await expect
      .poll(() => page.getByLabel('Step of the samples').getAttribute('aria-valuetext'))
      .toBe('step 50');
  });

  it('is scrubbed through like a film', async () => {
    await openRun('00000-gan-ring');
    const slider = page.getByLabel('Step of the samples');
    await slider.waitFor();
    await page.waitForSelector('canvas[data-shown$="000060.png"]');
    const last = await shownPicture();
    await slider.focus();
    await page.keyboard.press('ArrowLeft');
    await page.waitForSelector('canvas[data-shown$="000050.png"]');
    expect(await shownPicture()).not.toBe(last);
    await page.keyboard.press('Home');
    await page.waitForSelector('canvas[data-shown$="000000.png"]');
    await page.keyboard.press('End');
    await page.waitForSelector('canvas[data-shown$="000060.png"]');
    expect(await shownPicture()).toBe(last);
  });

  it('zooms by dragging and by the keyboard, for all charts at once', async () => {
    await openRun('00000-gan-ring');
    const labels = () =>
      page
        .getByRole('img', { name: / over steps\./ })
        .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')!));
    await expect.poll(async () => (await labels()).length).toBe(2);
    const box = (await page.locator('.u-over').first().boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.5, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.9, box.y + 50, { steps: 5 });
    await page.mouse.up();
    await expect
      .poll(async () => (await labels()).every((label) => /: [\d.]+ at step 30/.test(label)))
      .toBe(true);
    await page.getByRole('button', { name: 'All steps' }).focus();
    await page.keyboard.press('Enter');
    await expect
      .poll(async () => (await labels()).every((label) => /: [\d.]+ at step 1,/.test(label)))
      .toBe(true);
  });

  it('gives its charts and samples as files', async () => {
    await openRun('00000-gan-ring');
    const saved = async (press: () => Promise<void>) => {
      const [download] = await Promise.all([page.waitForEvent('download'), press()]);
      return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
    };
    const fromMenu = (item: string) =>
      saved(async () => {
        await page.locator('summary[aria-label="Save loss"]').click();
        await page.getByRole('button', { name: item }).first().click();
      });
    const csv = await fromMenu('CSV numbers');
    expect(csv.name).toBe('00000-gan-ring-loss.csv');
    expect(csv.bytes.toString()).toMatch(/^step,critic\/loss,generator\/loss\n1,1\.399,0\.702\n/);
    expect((await fromMenu('PNG picture')).bytes.subarray(1, 4).toString()).toBe('PNG');
    const svg = (await fromMenu('SVG drawing')).bytes.toString();
    const parsed = await page.evaluate((text) => {
      const document = new DOMParser().parseFromString(text, 'image/svg+xml');
      return {
        errors: document.querySelectorAll('parsererror').length,
        lines: document.querySelectorAll('polyline').length,
      };
    }, svg);
    expect(parsed).toEqual({ errors: 0, lines: 2 });
    const film = await saved(() => page.getByRole('button', { name: 'Film' }).click());
    const greys = await page.evaluate(async (base64) => {
      const data = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const decoder = new ImageDecoder({ data, type: 'image/gif' });
      await decoder.tracks.ready;
      const frames: number[] = [];
      for (let i = 0; i < decoder.tracks.selectedTrack!.frameCount; i++) {
        const { image } = await decoder.decode({ frameIndex: i });
        const context = new OffscreenCanvas(16, 16).getContext('2d')!;
        context.drawImage(image, 0, 0);
        frames.push(context.getImageData(15, 15, 1, 1).data[0]!);
      }
      return frames;
    }, film.bytes.toString('base64'));
    expect(greys).toEqual([0, 50, 100, 150, 200, 250, 44]);
  });
});

describe('several runs', () => {
  it('stand on shared axes, with their samples at the same step', async () => {
    await open('#/runs');
    await page.getByLabel('compare 00000-gan-ring').check();
    await page.getByLabel('compare 00001-gan-ring').check();
    await page.getByRole('link', { name: 'Compare 2' }).click();
    const chart = page.getByRole('img', { name: /^critic\/loss over steps/ });
    await expect.poll(() => chart.getAttribute('aria-label')).toMatch(/00000-gan-ring: .*00001-gan-ring: /);
    const slider = page.getByLabel('Step of the samples');
    await slider.fill('3');
    await expect.poll(() => page.locator('canvas[data-shown$="000030.png"]').count()).toBe(2);
  });
});

describe('everyone', () => {
  const places = {
    list: '#/runs',
    run: '#/runs/at/00001-gan-ring',
    comparison: '#/runs/compare?run=00000-gan-ring&run=00001-gan-ring',
    form: '#/runs/new',
  };

  it.each(Object.entries(places))('reaches every control of the %s with the keyboard', async (_, hash) => {
    await open(hash);
    await page.waitForTimeout(1000);
    const controls = 'a[href], button:not(:disabled), input:not(:disabled), select, summary';
    const all = await page.locator(controls).evaluateAll((found) =>
      found
        .filter((one) => (one as HTMLElement).checkVisibility())
        .map((one, i) => {
          one.setAttribute('data-control', String(i));
          return String(i);
        }),
    );
    const reached = new Set<string>();
    for (let i = 0; i < all.length + 5; i++) {
      await page.keyboard.press('Tab');
      const control = await page.evaluate(() => document.activeElement?.getAttribute('data-control'));
      if (control) reached.add(control);
    }
    expect(all.filter((control) => !reached.has(control))).toEqual([]);
    expect(all.length).toBeGreaterThan(6);
  });

  it.each(
    Object.entries(places).flatMap(([name, hash]) =>
      (['light', 'dark'] as const).map((look) => [name, look, hash] as const),
    ),
  )('can read the %s in the %s', async (_, look, hash) => {
    await page.emulateMedia({ colorScheme: look });
    await open(hash);
    await page.waitForTimeout(1000);
    expect(await problems(page)).toEqual([]);
  });

  it('finds the pages as wide as the screen', async () => {
    for (const width of [390, 1024, 1920]) {
      await page.setViewportSize({ width, height: 900 });
      for (const hash of Object.values(places)) {
        await open(hash);
        await page.waitForTimeout(300);
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
        ).toBeLessThanOrEqual(0);
      }
    }
  });

  it('chooses the look, which stays', async () => {
    await open('#/runs');
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await ground();
    await page.getByRole('button', { name: /^Look: the system's/ }).click();
    await page.getByRole('button', { name: /^Look: light/ }).click();
    expect(await ground()).not.toBe(light);
    await page.reload();
    await page.getByRole('button', { name: /^Look: dark/ }).waitFor();
    expect(await ground()).not.toBe(light);
  });
});

it("shows the lab within the studio's own page about it", async () => {
  await page.goto(new URL('gan-lab.html', address).href);
  const lab = page.frameLocator('gan-lab iframe');
  await lab.getByRole('heading', { level: 1, name: 'Mode collapse clinic' }).waitFor();
  await lab.locator('[data-cure=pairing][data-steps="0"]').waitFor();
  expect(complaints).toEqual([]);
});
