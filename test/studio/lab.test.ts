import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openIdx } from '../../src/data/openIdx.ts';
import { openPoints } from '../../src/data/points.ts';
import { resolveConfig } from '../../src/gan/config.ts';
import { interpreterExecutor } from '../../src/runtime/interpreter.ts';
import { nodeExecutor } from '../../src/runtime/node.ts';
import { type TrainOptions, train } from '../../src/train/loop.ts';
import { dcgan, gan } from '../../src/zoo/index.ts';
import { executablePath } from '../support/browser.ts';
import { built, type Site, servePages } from '../support/studioPages.ts';

/* The lab as a visitor meets it: static files in a folder of any web server, in a real browser. */

/** The folder of the web server that the pages lie in. */
const PLACE = '/teaching/gans/';

let site: Site;
let browser: Browser;
let page: Page;
let complaints: string[];
/** Gzipped sizes of the scripts a page asked for itself; workers' scripts are not among them. */
let scripts: Map<string, number>;

beforeAll(async () => {
  site = await servePages(PLACE);
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-quic'] });
});
afterAll(async () => {
  await browser?.close();
  site?.stop();
});

const openPageOf = async (options: Parameters<Browser['newContext']>[0] = {}) => {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  });
  page = await context.newPage();
  page.setDefaultTimeout(30_000);
  complaints = [];
  scripts = new Map();
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfinished', async (request) => {
    const file = request.url().split(PLACE)[1] ?? '';
    if (request.resourceType() === 'script' && existsSync(new URL(file, built))) {
      scripts.set(file, gzipSync(readFileSync(new URL(file, built))).length);
    }
  });
};
beforeEach(() => openPageOf());
afterEach(() => page.context().close());

const open = (hash: string) => page.goto(`${site.url}${PLACE}${hash}`);
const stepIs = (step: number) => page.locator(`[data-step="${step}"]`).waitFor();
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

/** The pixels of a canvas once they hold still. */
async function pixels(selector = 'canvas.plane'): Promise<string> {
  const look = () =>
    page
      .locator(selector)
      .first()
      .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
  let before = '';
  let now = await look();
  while (before !== now) {
    before = now;
    await page.waitForTimeout(120);
    now = await look();
  }
  return now;
}

/** Step, critic's and generator's loss, in turn, as the page saves them. */
async function savedLosses(): Promise<number[]> {
  const [saved] = await Promise.all([page.waitForEvent('download'), press('Save losses')]);
  const text = readFileSync(await saved.path(), 'utf8');
  return text.trim().split(/[\n,]/).slice(3).map(Number);
}

/** The same of a run of the command line's loop. */
async function lossesOf(options: TrainOptions): Promise<number[]> {
  const losses: number[] = [];
  for await (const event of train(options)) {
    if (event.type !== 'step') continue;
    losses.push(event.step, event.metrics['critic/loss']!, event.metrics['generator/loss']!);
  }
  return losses;
}

describe('the lab', () => {
  it('lists its experiments and leads to one', async () => {
    await open('#/lab');
    await page.getByRole('link', { name: /Mode collapse clinic/ }).click();
    await page.getByRole('heading', { level: 1, name: 'Mode collapse clinic' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('loads at most 60 kB of script before its first picture, neither charts of the runs nor the runtime', async () => {
    await open('#/lab/game');
    await stepIs(0);
    const worker = [...scripts.keys()].filter((file) => /worker/.test(file));
    const first = [...scripts].filter(([file]) => !worker.includes(file));
    const total = first.reduce((sum, [, size]) => sum + size, 0);
    expect(first.length).toBeGreaterThan(1);
    expect(total).toBeLessThan(60_000);
    expect(first.map(([file]) => file).join()).not.toMatch(/uplot|onnx|ort/i);
  });
});

describe('the game in the plane', () => {
  it('changes the picture with each step, and comes back to the first on reset', async () => {
    await open('#/lab/game');
    await stepIs(0);
    const start = await pixels();
    await press('Step critic');
    await stepIs(1);
    const afterCritic = await pixels();
    await press('Step generator');
    await stepIs(2);
    const afterBoth = await pixels();
    expect(new Set([start, afterCritic, afterBoth]).size).toBe(3);
    await press('Reset');
    await stepIs(0);
    expect(await pixels()).toBe(start);
    expect(complaints).toEqual([]);
  });

  it('moves only the player that is stepped', async () => {
    await open('#/lab/game?map=none&arrows=0');
    await stepIs(0);
    const start = await pixels();
    await press('Step critic');
    await stepIs(1);
    expect(await pixels()).toBe(start);
    await press('Step generator');
    await stepIs(2);
    expect(await pixels()).not.toBe(start);
  });

  it('runs until it is paused', async () => {
    await open('#/lab/game');
    await stepIs(0);
    await press('Run');
    await page.waitForFunction("Number(document.querySelector('[data-step]').dataset.step) > 100");
    await press('Pause');
    await page.waitForFunction("location.hash.includes('moves=')");
    const rested = await page.locator('[data-step]').getAttribute('data-step');
    await page.waitForTimeout(300);
    expect(await page.locator('[data-step]').getAttribute('data-step')).toBe(rested);
  });

  it('learns what is drawn by the keyboard alone', async () => {
    await open('#/lab/game');
    await stepIs(0);
    await page.getByRole('button', { name: 'Draw your own' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('application').focus();
    for (const key of [
      'Space',
      'Shift+ArrowRight',
      'Space',
      'Shift+ArrowUp',
      'Space',
      'Shift+ArrowUp',
      'Space',
    ]) {
      await page.keyboard.press(key);
    }
    await press('Learn this drawing');
    await page.waitForFunction("location.hash.includes('data=drawn')");
    await stepIs(0);
    await press('Step both');
    await stepIs(1);
    expect(complaints).toEqual([]);
  });

  it('has the very losses of the command line', async () => {
    await open('#/lab/game?data=ring&rate=-3&criticRate=-2&moves=50b');
    await stepIs(50);
    const data = openPoints('ring');
    const overrides = {
      preset: 'points',
      generator: [16, 16],
      critic: [16, 16],
      batch: 64,
      lr: 1e-3,
      criticLr: 1e-2,
    };
    const config = resolveConfig(gan, overrides, data);
    const options = { gan, config, data, executor: interpreterExecutor, seed: 1, steps: 50 };
    expect(await savedLosses()).toEqual(await lossesOf(options));
  });
});

describe('the clinic', () => {
  it('finds more than seven modes with a cure', { timeout: 120_000 }, async () => {
    await open('#/lab/modes?cures=pairing&moves=1500b');
    await page.waitForFunction(
      "Number(document.querySelector('[data-cure=pairing]')?.dataset.modes) > 7",
      undefined,
      {
        timeout: 100_000,
      },
    );
  });

  /** The pictures of all runs once they hold still, and their steps. */
  const runs = async () => {
    const planes = page.locator('[data-cure] canvas.plane');
    const still: string[] = [];
    for (let i = 0; i < (await planes.count()); i++)
      still.push(await pixels(`:nth-child(${i + 1} of [data-cure]) canvas.plane`));
    return still;
  };
  const steps = () =>
    page.evaluate("[...document.querySelectorAll('[data-cure]')].map((run) => run.dataset.steps).join()");
  const twoRuns = '#/lab/modes?cures=none,packing&units=16';

  it('steps all runs together', async () => {
    await open(twoRuns);
    await stepIs(0);
    await press('25 steps');
    await page.waitForFunction("location.hash.includes('moves=25b')");
    expect(await steps()).toBe('25,25');
  });

  it('steps one player of all runs, and says so in the address', async () => {
    await open(`${twoRuns}&moves=25b`);
    await stepIs(25);
    const before = await runs();
    await press('Step critic');
    await stepIs(26);
    const afterCritic = await runs();
    await press('Step generator');
    await stepIs(27);
    const afterGenerator = await runs();
    await press('Step both');
    await stepIs(28);
    expect(await steps()).toBe('28,28');
    await page.waitForFunction("location.hash.includes('moves=25b1c1g1b')");
    before.forEach((picture, i) => {
      expect(new Set([picture, afterCritic[i], afterGenerator[i]]).size).toBe(3);
    });
    await press('Reset');
    await stepIs(0);
    await page.waitForFunction("!location.hash.includes('moves')");
    expect(await steps()).toBe('0,0');
    expect(complaints).toEqual([]);
  });

  it('moves the players in turn in slow motion, until it is stopped, and is driven by keys', async () => {
    await open(twoRuns);
    await stepIs(0);
    await press('Slow motion');
    await page.locator('.button.critic.moved').waitFor();
    await page.locator('.button.generator.moved').waitFor();
    await stepIs(2);
    await press('Slow motion');
    await page.waitForFunction("location.hash.includes('moves=1c1g')");
    expect(await page.locator('.moved').count()).toBe(0);
    await page.evaluate('document.activeElement.blur()');
    await page.keyboard.press('Shift+ArrowRight');
    await stepIs(12);
    await page.keyboard.press('Space');
    await page.getByText('steps a second').waitFor();
    await page.keyboard.press('Space');
    await page.waitForFunction('/moves=1c1g[0-9]*[05]b/.test(location.hash)');
    await page.keyboard.press('r');
    await stepIs(0);
    expect(complaints).toEqual([]);
  });

  it('comes back to no earlier step when keys follow on one another', async () => {
    await open(twoRuns);
    await stepIs(0);
    for (let i = 0; i < 30; i++) await page.keyboard.press('ArrowRight');
    await stepIs(30);
    await page.waitForFunction("location.hash.includes('moves=30b')");
    expect(await steps()).toBe('30,30');
  });
});

describe('the other experiments', () => {
  it('tell which updates arrive', async () => {
    await open('#/lab/players');
    await page.getByText('diverges', { exact: true }).waitFor();
    await page.getByLabel('Updates').selectOption('extragradient');
    await page.getByText('converges', { exact: true }).waitFor();
  });

  it('step one of two players, run both, and go back', async () => {
    await open('#/lab/players?rate=0.2&moves=');
    await stepIs(0);
    const board = page.getByRole('application');
    const away = async () => Number(/ are ([\d.]+) away/.exec((await board.getAttribute('aria-label'))!)![1]);
    const start = await pixels();
    expect(await away()).toBe(1);
    // From (1, 0) the critic climbs to 0.2, and the generator goes left from there.
    await press('Step critic');
    await stepIs(1);
    expect(await away()).toBeCloseTo(Math.hypot(1, 0.2), 2);
    await press('Step generator');
    await stepIs(2);
    expect(await away()).toBeCloseTo(Math.hypot(0.96, 0.2), 2);
    await page.waitForFunction("location.hash.includes('moves=1c1g')");
    expect(await pixels()).not.toBe(start);
    await press('Slow motion');
    await page.locator('.button.generator.moved').waitFor();
    await press('Slow motion');
    await press('Run');
    await page.waitForFunction("Number(document.querySelector('[data-step]').dataset.step) > 20");
    await press('Pause');
    expect(await away()).toBeGreaterThan(1.1);
    await press('Reset');
    await stepIs(0);
    expect(await pixels()).toBe(start);
    expect(complaints).toEqual([]);
  });

  it('have the doctor name a collapse, and what is against it', async () => {
    await open('#/lab/line');
    await stepIs(0);
    expect(await page.locator('[data-sickness]').count()).toBe(0);
    await press('A collapse');
    await stepIs(400);
    const finding = page.locator('[data-sickness=full-collapse]');
    await finding.getByText(/^The doctor \(sure\): The generator has collapsed/).waitFor();
    await finding.getByText('packing=2').waitFor();
    await press('Reset');
    await stepIs(0);
    expect(await page.locator('[data-sickness]').count()).toBe(0);
  });

  it('show where Jensen-Shannon goes blind', async () => {
    await open('#/lab/transport?distance=5&width=0.1');
    await page.locator('[data-distance=js][data-slope="0.0000"]').waitFor();
    await page.locator('[data-distance=w][data-slope="1.0000"]').waitFor();
  });

  it('let a generator follow either slope, of which one leads home', async () => {
    const place = page.getByRole('slider', { name: /^Distance/ });
    await open('#/lab/transport?distance=4&width=0.1&follows=js');
    await press('Step');
    await stepIs(1);
    expect(Number(await place.inputValue())).toBe(4);
    await page.getByLabel('The generator follows').selectOption('Wasserstein');
    await stepIs(0);
    await press('Run');
    await page.waitForFunction("Number(document.querySelector('input[type=range]').value) < 0.1");
    await press('Pause');
    await press('Reset');
    await stepIs(0);
    expect(Number(await place.inputValue())).toBe(4);
    expect(complaints).toEqual([]);
  });

  it('train a convolutional GAN on digits by WebAssembly, as the command line does by its runtime', async () => {
    await open('#/lab/digits?width=4&batch=16');
    await stepIs(0);
    const start = await pixels();
    await press('Step both');
    await stepIs(1);
    expect(await pixels()).not.toBe(start);
    await press('Step both');
    await stepIs(2);
    const file = new URL('../../studio/src/lab/digits/digits.idx', import.meta.url);
    const data = openIdx(readFileSync(file), undefined, { name: 'digits' });
    const config = resolveConfig(dcgan, { preset: 'small', width: 4, batch: 16, average: 0 }, data);
    const options = { gan: dcgan, config, data, executor: nodeExecutor, seed: 1, steps: 2 };
    const expected = await lossesOf(options);
    const shown = await savedLosses();
    expect(shown.length).toBe(expected.length);
    shown.forEach((loss, i) => {
      expect(Math.abs(loss - expected[i]!)).toBeLessThan(1e-4 * Math.abs(expected[i]!));
    });
    // The critic alone: the generator has no loss in that step.
    await press('Step critic');
    await stepIs(3);
    expect((await savedLosses()).at(-1)).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('walk from noise to the data', async () => {
    await open('#/lab/passes?at=0');
    const row = page.getByRole('row', { name: /^walk/ });
    await row.getByText('0 of 50').waitFor();
    await page.getByRole('slider', { name: /Walked so far/ }).fill('100');
    await row.getByText('8 of 8').waitFor();
    // The seed is that of the walk too.
    await stepIs(0);
    const walk = '.lab-stage figure:last-child canvas';
    const before = await pixels(walk);
    await page.getByLabel('Seed').fill('2');
    await page.keyboard.press('Tab');
    await page.waitForFunction("location.hash.includes('seed=2')");
    await expect.poll(() => pixels(walk)).not.toBe(before);
  });

  it('work the losses of a lecture', async () => {
    await open('#/lab/scores');
    await page.getByText('0.8675').waitFor();
    await page.getByText('0.8574').waitFor();
    await page.getByRole('slider', { name: /^First real/ }).fill('0.1');
    await page.getByText('0.8675').waitFor({ state: 'hidden' });
    await press('Reset');
    await page.getByText('0.8675').waitFor();
  });

  it('score a table that is edited', async () => {
    await open('#/lab/scores');
    await press('Sure and all alike');
    await page.locator('[data-inception="1.0000"]').waitFor();
    await page.getByLabel('Picture 2, cat').fill('0');
    await page.getByLabel('Picture 2, dog').fill('100');
    await page.keyboard.press('Tab');
    await page.waitForFunction("Number(document.querySelector('[data-inception]').dataset.inception) > 1.5");
    await page.waitForFunction("location.hash.includes('table=98')");
  });

  it('show what each score makes of damage', async () => {
    const value = (name: string) =>
      page.locator(`[data-score=${name}]`).evaluate((score) => Number((score as HTMLElement).dataset.value));
    let before: string | undefined;
    const scored = async (query: string) => {
      await open(`#/lab/scores?${query}`);
      await page.waitForFunction((before) => {
        const { value } = document.querySelector<HTMLElement>('[data-score=frechet]')?.dataset ?? {};
        return value !== undefined && value !== before;
      }, before);
      before = (await page.locator('[data-score=frechet]').getAttribute('data-value')) ?? undefined;
      return {
        precision: await value('precision'),
        recall: await value('recall'),
        frechet: await value('frechet'),
      };
    };
    const clean = await scored('blur=0');
    const noisy = await scored('blur=0&noise=1');
    const missing = await scored('blur=0&missing=0.8');
    expect(noisy.precision).toBeLessThan(0.5 * clean.precision);
    expect(missing.precision).toBeGreaterThan(0.9 * clean.precision);
    expect(missing.recall).toBeLessThan(0.8 * clean.recall);
    expect(Math.min(noisy.frechet, missing.frechet)).toBeGreaterThan(1.5 * clean.frechet);
    await page.locator('[data-points="21"]').waitFor();
    const reseeded = await scored('blur=0&noise=1&seed=2');
    expect(reseeded.frechet).not.toBe(noisy.frechet);
    await page.locator('[data-points="21"]').waitFor();
    expect(complaints).toEqual([]);
  });

  it('gather clipped weights at the bounds', async () => {
    await open('#/lab/leash?moves=150b');
    await stepIs(150);
    const words = await page.getByRole('img', { name: /Histogram of the critic/ }).getAttribute('aria-label');
    expect(Number(/(\d+) percent/.exec(words!)![1])).toBeGreaterThan(25);
  });
});
