import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decodeCheckpoint } from '../../src/train/checkpoint.ts';
import { folderWith, start } from '../support/gansmith.ts';
import { openPage } from '../support/studioPages.ts';
import { type ServedStudio, serveStudio } from '../support/studioServer.ts';

/* Runs that are started, held, changed and stopped from the studio's pages. */

const folder = folderWith();
const runs = join(folder, 'runs');
let studio: ServedStudio;
let page: Page;
let complaints: string[] = [];

beforeAll(async () => {
  studio = await serveStudio(folder);
});
afterAll(() => studio?.stop(), 60_000);
beforeEach(async () => {
  ({ page, complaints } = await openPage(studio.browser, 30_000));
  await page.goto(studio.address);
});
afterEach(() => page.context().close());

const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
const state = (name: string) => page.locator(`.head .state.${name}`).waitFor();
const field = (name: string) => page.getByRole('spinbutton', { name, exact: true });
const openForm = async () => {
  await page.getByRole('link', { name: 'Start a run' }).click();
  await page.getByRole('combobox', { name: 'System' }).selectOption('gan');
  await page.getByRole('combobox', { name: 'Data' }).fill('ring');
};
/** Learning rates that the newest checkpoint of a run says were being multiplied. */
const savedScale = (run: string) => {
  const folder = join(runs, run, 'checkpoints');
  const newest = join(folder, readdirSync(folder).sort().at(-1)!);
  return decodeCheckpoint(readFileSync(newest), newest).info.rateScale;
};
const logged = (run: string) => readFileSync(join(runs, run, 'events.jsonl'), 'utf8');
const openRun = async (run: string) => {
  await page.getByRole('link', { name: run }).click();
  await page.getByRole('heading', { level: 1, name: run }).waitFor();
};

describe('a run from the form', () => {
  it('trains as asked for, is held and changed in memory, stopped, and gone on with', async () => {
    await openForm();
    await page.getByLabel('Unit of the end').selectOption('steps');
    await page.getByLabel('Stop after so many steps').fill('1000000');
    await page.getByText('Machine', { exact: true }).click();
    await page.getByRole('combobox', { name: 'Executor' }).selectOption('interpreter');
    await page.getByText('Networks', { exact: true }).click();
    await field('batch').fill('8');
    await page.getByText('Optimization', { exact: true }).click();
    await field('lr').fill('0.001');
    await press('Start');
    await page.getByRole('heading', { level: 1, name: '00000-gan-ring' }).waitFor();
    const record = JSON.parse(readFileSync(join(runs, '00000-gan-ring', 'run.json'), 'utf8'));
    expect(record).toMatchObject({
      executor: 'interpreter',
      sampleEvery: 100,
      plan: { steps: 1_000_000 },
      config: { batch: 8, lr: 0.001 },
    });

    await page.getByRole('button', { name: 'Pause', exact: true }).press('Enter');
    await state('paused');
    // The same button goes on, and still has the keyboard's focus.
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Go on');
    const held = logged('00000-gan-ring');
    expect(
      held
        .trimEnd()
        .split('\n')
        .slice(-2)
        .map((line) => JSON.parse(line).type),
    ).toEqual(['checkpoint', 'paused']);
    await field('G, times').fill('0.5');
    await field('G, times').press('Enter');
    await page.getByText(/now 5\.00e-4 \(0\.001 × 0\.500\)/).waitFor();
    expect(savedScale('00000-gan-ring')).toEqual({ G: 0.5 });
    expect(logged('00000-gan-ring')).toContain('"type":"rate"');
    await page.getByRole('button', { name: 'Go on', exact: true }).press('Enter');
    await state('running');
    expect(logged('00000-gan-ring')).toContain('"type":"continued"');
    await press('Stop and save');
    await state('stopped');
    expect(savedScale('00000-gan-ring')).toEqual({ G: 0.5 });

    await press('Go on');
    await state('running');
    await field('D, times').fill('2');
    await press('Set the learning rate of D');
    const newest = page.locator('.changes li').first();
    await expect
      .poll(() => newest.textContent(), { timeout: 30_000 })
      .toMatch(/From step [\d,]+ on: .*D times 2/);
    expect(await newest.textContent()).toContain('G times 0.500');
    await press('Stop and save');
    await state('stopped');
    expect(savedScale('00000-gan-ring')).toEqual({ G: 0.5, D: 2 });
    expect(complaints).toEqual([]);
  }, 120_000);

  it('says beside each field what is wrong with it', async () => {
    await openForm();
    await page.getByRole('combobox', { name: 'Data' }).fill('rung');
    await press('Start');
    const data = page.getByRole('combobox', { name: 'Data' });
    await expect.poll(() => data.getAttribute('aria-invalid')).toBe('true');
    expect(await page.locator('#field-data-about').textContent()).toContain("did you mean 'ring'?");
    expect(await data.evaluate((one) => one === document.activeElement)).toBe(true);
    await data.fill('ring');
    await page.getByText('Networks', { exact: true }).click();
    await page.getByRole('textbox', { name: 'generator', exact: true }).fill('[0]');
    await page.getByText('Networks', { exact: true }).click();
    await press('Start');
    // The group that it stands in is opened.
    await page.getByText('generator=[0] is not possible').waitFor();
    await page.getByRole('textbox', { name: 'generator', exact: true }).fill('');
    await field('Seed').fill('1.5');
    await press('Start');
    await expect.poll(() => field('Seed').getAttribute('aria-invalid')).toBe('true');
  });

  it('needs the token', async () => {
    const { page: other } = await openPage(studio.browser, 15_000);
    await other.goto(`${studio.open}#/runs/new`);
    await other.getByText('open the address that the terminal printed').waitFor();
    expect(await other.getByRole('button', { name: 'Start' }).isDisabled()).toBe(true);
    await other.context().close();
  });
});

describe('a run from a terminal', () => {
  it('is held and changed from its page, and ended by Ctrl-C while it is held', async () => {
    const small = ['generator=[4]', 'critic=[4]', 'batch=8', '--executor', 'interpreter'];
    const training = start(['train', 'gan', '--data', 'ring', '--minutes', '5', ...small], folder);
    await training.line((line) => line.includes('Ctrl-C saves and stops'));
    await openRun('00001-gan-ring');
    await state('running');
    await field('D, times').fill('0');
    await press('Set the learning rate of D');
    await training.line((line) => /learning rates from step [\d,]+ on: D times 0/.test(line));
    await press('Pause');
    await training.line((line) => /paused at step [\d,]+, saved and held in memory/.test(line));
    await state('paused');
    training.child.kill('SIGINT');
    expect((await training.ended).code).toBe(130);
    await state('stopped');
    expect(savedScale('00001-gan-ring')).toEqual({ D: 0 });
    expect(readdirSync(join(runs, '00001-gan-ring'))).not.toContain('control.json');

    const resumed = start(['resume', join('runs', '00001-gan-ring')], folder);
    await state('running');
    await press('Stop and save');
    expect((await resumed.ended).code).toBe(130);
    expect(savedScale('00001-gan-ring')).toEqual({ D: 0 });
  }, 90_000);
});
