import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accessProblems, keyboardProblems } from '../support/access.ts';
import { executablePath } from '../support/browser.ts';
import { folderWith, type Running, start } from '../support/gansmith.ts';
import { openPage } from '../support/studioPages.ts';
import { record, type WrittenRun, writeRun } from '../support/studioRuns.ts';

/* The studio as people meet it: the built pages, served by the command line, in a real browser. */

const folder = folderWith();
const runs = join(folder, 'runs');
let studio: Running;
let address: string;
let browser: Browser;
let live: WrittenRun;

beforeAll(async () => {
  const first = writeRun(runs, '00000-gan-ring', 60, 'done');
  for (const [step, value] of [
    [10, 20],
    [20, 12],
    [30, 14],
  ]) {
    const score = {
      type: 'score',
      step,
      metric: 'fd',
      value,
      better: 'lower',
      interval: [value! - 1, value! + 1],
    };
    appendFileSync(first.log, `${JSON.stringify(score)}\n`);
    const line = { ...score, of: 'training', against: 'ring', seed: 0 };
    appendFileSync(join(first.folder, 'metric-fd.jsonl'), `${JSON.stringify(line)}\n`);
  }
  const second = writeRun(runs, '00001-gan-ring', 40);
  const settings = { ...record(), config: { batch: 8, lr: 0.0001 } };
  writeFileSync(join(second.folder, 'run.json'), JSON.stringify(settings));
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

/** What the browser itself makes of a video: its size, its length, and the grey in the middle of each picture. */
async function seen(bytes: Buffer, type: string) {
  const found = await page.evaluate(
    async ([base64, type]) => {
      const data = Uint8Array.from(atob(base64!), (letter) => letter.charCodeAt(0));
      const video = document.createElement('video');
      video.muted = true;
      video.src = URL.createObjectURL(new Blob([data], { type: type! }));
      await new Promise((resolve, reject) => {
        video.onloadeddata = resolve;
        video.onerror = () => reject(new Error(video.error?.message));
      });
      const context = new OffscreenCanvas(1, 1).getContext('2d')!;
      const greys: number[] = [];
      for (let i = 0; i < 7; i++) {
        const shown = new Promise((resolve) => {
          video.onseeked = resolve;
        });
        video.currentTime = 0.12 * i + 0.06;
        await shown;
        context.drawImage(video, 200, 200, 1, 1, 0, 0, 1, 1);
        greys.push(context.getImageData(0, 0, 1, 1).data[0]!);
      }
      return { size: [video.videoWidth, video.videoHeight], seconds: video.duration, greys };
    },
    [bytes.toString('base64'), type],
  );
  // Video keeps greys to a few levels.
  const exact = [0, 50, 100, 150, 200, 250, 44];
  const greys = found.greys.map((grey, i) => (Math.abs(grey - exact[i]!) < 6 ? exact[i]! : grey));
  return { ...found, greys, seconds: Number(found.seconds.toFixed(2)) };
}

describe('the list of runs', () => {
  it('shows every run, and leads to one', async () => {
    await page.goto(address);
    await page.getByText('3 runs').waitFor();
    expect(page.url()).not.toContain('token');
    const card = page.locator('.card', { hasText: '00001-gan-ring' });
    expect(await card.textContent()).toMatch(/gan on ring[\s\S]*stopped[\s\S]*step 40 of 1,000/);
    expect(await card.locator('img').evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(16);
    const best = page.locator('.card', { hasText: '00000-gan-ring' });
    expect(await best.textContent()).toContain('best fd 12.00 at step 20');
    await page.getByRole('link', { name: '00000-gan-ring' }).click();
    await page.getByRole('heading', { level: 1, name: '00000-gan-ring' }).waitFor();
    await page
      .getByRole('img', { name: /^fd \(lower is better\) over steps\. fd .*: 20\.00 at step 10/ })
      .waitFor();
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
    expect(await page.locator('.facts-table').first().textContent()).toContain('0.0001');
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
        .getByRole('img', { name: /^(loss|penalty) over steps\./ })
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
    const filmAs = (format: string) =>
      saved(async () => {
        await page.locator('summary[aria-label="Save a film of the samples"]').click();
        await page.getByRole('button', { name: format }).click();
      });
    const film = await filmAs('Animated GIF');
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
    for (const [format, type] of [
      ['MP4 video', 'video/mp4'],
      ['WebM video', 'video/webm'],
    ] as const) {
      const video = await filmAs(format);
      expect(await seen(video.bytes, type)).toEqual({
        size: [480, 480],
        seconds: 1.72,
        greys: [0, 50, 100, 150, 200, 250, 44],
      });
    }
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
    const rowOf = (name: string) =>
      page
        .locator('.scrolled tr')
        .filter({ has: page.getByRole('rowheader', { name, exact: true }) })
        .allTextContents();
    expect(await rowOf('steps')).toEqual(['steps6040']);
    expect(await rowOf('fd')).toEqual(['fd12.00 at step 20–']);
    expect(await rowOf('lr')).toEqual(['lr0.00020.0001']);
    expect(await rowOf('batch')).toEqual([]);
    await page.getByRole('checkbox', { name: 'critic/penalty' }).uncheck();
    await expect.poll(() => page.getByRole('img', { name: /^critic\/penalty over steps/ }).count()).toBe(0);
  });
});

describe('everyone', () => {
  const places = {
    list: ['#/runs', '.card img'],
    run: ['#/runs/at/00001-gan-ring', '.chart .u-over'],
    'run that trains': ['#/runs/at/00002-gan-ring', '.rate input'],
    comparison: ['#/runs/compare?run=00000-gan-ring&run=00001-gan-ring', '.chart .u-over'],
    form: ['#/runs/new', '.new-run'],
  } as const;

  it.each(Object.entries(places))(
    'can read and work the %s, from a phone to a wide screen',
    async (name, [hash, ready]) => {
      // With the token, so that nothing is refused that others may do.
      await page.goto(address);
      await page.getByText('4 runs').waitFor();
      await open(hash);
      await page.locator(ready).first().waitFor();
      expect(await accessProblems(page)).toEqual([]);
      const { controls, problems } = await keyboardProblems(page);
      expect(problems).toEqual([]);
      expect(controls, name).toBeGreaterThan(12);
    },
  );

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
