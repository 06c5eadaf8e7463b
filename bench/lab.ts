/**
 * What the lab of the built pages reaches in a headless Chromium: steps a second and frames a second.
 *
 *     npm run build && npx tsx bench/lab.ts [--seconds N]
 *
 * The toy GAN has two layers of 16 and a batch of 64, on the interpreter; the clinic's ring two layers of 64, on WebAssembly.
 */
import { parseArgs } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { executablePath } from '../test/support/browser.ts';
import { servePages } from '../test/support/studioPages.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '6' } } });
const seconds = Number(values.seconds);

/** Counts steps and frames of a page for a while. */
const COUNT = `new Promise((resolve) => {
  const step = () => Number(document.querySelector('[data-step]').dataset.step);
  const [start, from] = [performance.now(), step()];
  let frames = 0;
  const frame = (now) => {
    frames++;
    const took = (now - start) / 1000;
    if (took < ${seconds}) requestAnimationFrame(frame);
    else resolve({ steps: (step() - from) / took, frames: frames / took });
  };
  requestAnimationFrame(frame);
})`;

async function rateOf(browser: Browser, address: string): Promise<{ steps: number; frames: number }> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(address);
  await page.locator('[data-step="0"]').waitFor();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  // The first seconds belong to the compilers.
  await page.waitForFunction("Number(document.querySelector('[data-step]').dataset.step) > 200", undefined, {
    timeout: 120_000,
  });
  const rate: { steps: number; frames: number } = await page.evaluate(COUNT);
  await page.close();
  return rate;
}

const site = await servePages('/');
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-quic'] });
try {
  for (const [title, hash] of [
    ['toy GAN in the plane, interpreter', 'game'],
    ['toy GAN on the line, interpreter', 'line'],
    ['ring clinic, no cure, WebAssembly', 'modes?cures=none&units=64&on=wasm'],
    ['ring clinic, no cure, interpreter', 'modes?cures=none&units=64'],
  ] as const) {
    const { steps, frames } = await rateOf(browser, `${site.url}/#/lab/${hash}`);
    console.log(`${title}: ${Math.round(steps)} steps a second, ${Math.round(frames)} frames a second`);
  }
} finally {
  await browser.close();
  site.stop();
}
