import { readFileSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { type TrainOptions, train } from '../../src/train/loop.ts';
import { executablePath } from './browser.ts';
import { openPage, type Site, servePages } from './studioPages.ts';

/* The lab as a visitor meets it: static files in a folder of any web server, in a real browser. */

/** The folder of the web server that the pages lie in. */
export const PLACE = '/teaching/gans/';

/** Serves the lab and opens a browser for the tests of a file. */
export function serveLab() {
  let site: Site;
  let browser: Browser;
  beforeAll(async () => {
    site = await servePages(PLACE);
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-quic'] });
  });
  afterAll(async () => {
    await browser?.close();
    site?.stop();
  });
  return {
    get browser(): Browser {
      return browser;
    },
    address: (hash: string) => `${site.url}${PLACE}${hash}`,
  };
}

/** Opens a page of its own for each test of a file, and says what a visitor does with it. */
export function visitLab() {
  const lab = serveLab();
  let visited: { page: Page; complaints: string[] };
  beforeEach(async () => {
    visited = await openPage(lab.browser, 30_000);
  });
  afterEach(() => visited.page.context().close());

  const press = (name: string) => visited.page.getByRole('button', { name, exact: true }).click();

  return {
    /** The page of the test that runs. */
    get page(): Page {
      return visited.page;
    },
    /** What that page complained of. */
    get complaints(): string[] {
      return visited.complaints;
    },
    press,
    open: (hash: string) => visited.page.goto(lab.address(hash)),
    stepIs: (step: number) => visited.page.locator(`[data-step="${step}"]`).waitFor(),

    /** The pixels of a canvas once they hold still. */
    async pixels(selector = 'canvas.plane'): Promise<string> {
      const look = () =>
        visited.page
          .locator(selector)
          .first()
          .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
      let before = '';
      let now = await look();
      while (before !== now) {
        before = now;
        await visited.page.waitForTimeout(120);
        now = await look();
      }
      return now;
    },

    /** Step, critic's and generator's loss, in turn, as the page saves them. */
    async savedLosses(): Promise<number[]> {
      const [saved] = await Promise.all([visited.page.waitForEvent('download'), press('Save losses')]);
      const text = readFileSync(await saved.path(), 'utf8');
      return text.trim().split(/[\n,]/).slice(3).map(Number);
    },
  };
}

/** The same of a run of the command line's loop. */
export async function lossesOf(options: TrainOptions): Promise<number[]> {
  const losses: number[] = [];
  for await (const event of train(options)) {
    if (event.type !== 'step') continue;
    losses.push(event.step, event.metrics['critic/loss']!, event.metrics['generator/loss']!);
  }
  return losses;
}
