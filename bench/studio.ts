/**
 * How soon the studio shows a run of a million steps: from the address being opened in a headless Chromium to the first chart, and to
 * all steps. The server is started anew each time, so that nothing of the log is in its memory.
 *
 *     npm run build && npx tsx bench/studio.ts [--steps N] [--rounds N]
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { executablePath } from '../test/support/browser.ts';
import { writeRun } from '../test/support/studioRuns.ts';

const { values } = parseArgs({
  options: { steps: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '5' } },
});
const [steps, rounds] = [Number(values.steps), Number(values.rounds)];
const NAME = '00000-gan-ring';
const CLI = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

/** Writes a log with six keys a step, as a run with gradient norms has. */
function writeLog(path: string): void {
  const file = openSync(path, 'a');
  let [text, state] = ['', 1];
  const noise = () => {
    state = (state * 1103515245 + 12345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
  for (let step = 1; step <= steps; step++) {
    const metrics = {
      'critic/loss': 1.4 - step / steps + noise() / 10,
      'critic/penalty': noise(),
      'critic/accuracy': noise(),
      'critic/gradientNorm/D': noise(),
      'generator/loss': 0.7 + noise(),
      'generator/gradientNorm/G': noise(),
    };
    text += `${JSON.stringify({ type: 'step', step, images: step * 8, seconds: noise() / 100, metrics })}\n`;
    if (text.length > 1 << 22 || step === steps) {
      writeSync(file, text);
      text = '';
    }
  }
  closeSync(file);
}

async function serve(runs: string): Promise<{ studio: ChildProcess; address: string }> {
  const studio = spawn(process.execPath, [CLI, 'studio', '--runs', runs, '--no-open', '--port', '0']);
  const address = await new Promise<string>((resolve) => {
    studio.stdout.on('data', (bytes) => {
      const [found] = /http:[^#\s]+/.exec(String(bytes)) ?? [];
      if (found) resolve(found);
    });
  });
  return { studio, address };
}

/** Milliseconds from the address to the first chart, and to all steps. */
async function measure(browser: Browser, runs: string): Promise<{ first: number; all: number }> {
  const { studio, address } = await serve(runs);
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const began = performance.now();
  await page.goto(`${address}#/runs/at/${NAME}`);
  await page.locator('.chart .u-over').first().waitFor();
  const first = performance.now() - began;
  await page.getByText('all of them in a moment').waitFor({ state: 'detached', timeout: 60_000 });
  const all = performance.now() - began;
  await page.close();
  studio.kill('SIGINT');
  return { first, all };
}

const folder = mkdtempSync(join(tmpdir(), 'gansmith-bench-'));
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-quic'] });
try {
  const { log } = writeRun(folder, NAME, 0, 'done');
  writeLog(log);
  console.log(`${steps} steps, ${Math.round(statSync(log).size / 1e6)} MB`);
  for (let round = 0; round < rounds; round++) {
    const { first, all } = await measure(browser, folder);
    console.log(`first chart after ${Math.round(first)} ms, all steps after ${Math.round(all)} ms`);
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
