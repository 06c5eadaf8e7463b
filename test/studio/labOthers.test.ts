import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openIdx } from '../../src/data/openIdx.ts';
import { resolveConfig } from '../../src/gan/config.ts';
import { nodeExecutor } from '../../src/runtime/node.ts';
import { dcgan } from '../../src/zoo/index.ts';
import { lossesOf, visitLab } from '../support/visitLab.ts';

const lab = visitLab();
const { open, pixels, press, savedLosses, stepIs } = lab;

describe('the other experiments', () => {
  it('tell which updates arrive', async () => {
    await open('#/lab/players');
    await lab.page.getByText('diverges', { exact: true }).waitFor();
    await lab.page.getByLabel('Updates').selectOption('extragradient');
    await lab.page.getByText('converges', { exact: true }).waitFor();
  });

  it('step one of two players, run both, and go back', async () => {
    await open('#/lab/players?rate=0.2&moves=');
    await stepIs(0);
    const board = lab.page.getByRole('application');
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
    await lab.page.waitForFunction("location.hash.includes('moves=1c1g')");
    expect(await pixels()).not.toBe(start);
    await press('Slow motion');
    await lab.page.locator('.button.generator.moved').waitFor();
    await press('Slow motion');
    await press('Run');
    await lab.page.waitForFunction("Number(document.querySelector('[data-step]').dataset.step) > 20");
    await press('Pause');
    expect(await away()).toBeGreaterThan(1.1);
    await press('Reset');
    await stepIs(0);
    expect(await pixels()).toBe(start);
    expect(lab.complaints).toEqual([]);
  });

  it('have the doctor name a collapse, and what is against it', async () => {
    await open('#/lab/line');
    await stepIs(0);
    expect(await lab.page.locator('[data-sickness]').count()).toBe(0);
    await press('A collapse');
    await stepIs(400);
    const finding = lab.page.locator('[data-sickness=full-collapse]');
    await finding.getByText(/^The doctor \(sure\): The generator has collapsed/).waitFor();
    await finding.getByText('packing=2').waitFor();
    await press('Reset');
    await stepIs(0);
    expect(await lab.page.locator('[data-sickness]').count()).toBe(0);
  });

  it('show where Jensen-Shannon goes blind', async () => {
    await open('#/lab/transport?distance=5&width=0.1');
    await lab.page.locator('[data-distance=js][data-slope="0.0000"]').waitFor();
    await lab.page.locator('[data-distance=w][data-slope="1.0000"]').waitFor();
  });

  it('let a generator follow either slope, of which one leads home', async () => {
    const place = lab.page.getByRole('slider', { name: /^Distance/ });
    await open('#/lab/transport?distance=4&width=0.1&follows=js');
    await press('Step');
    await stepIs(1);
    expect(Number(await place.inputValue())).toBe(4);
    await lab.page.getByLabel('The generator follows').selectOption('Wasserstein');
    await stepIs(0);
    await press('Run');
    await lab.page.waitForFunction("Number(document.querySelector('input[type=range]').value) < 0.1");
    await press('Pause');
    await press('Reset');
    await stepIs(0);
    expect(Number(await place.inputValue())).toBe(4);
    expect(lab.complaints).toEqual([]);
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
    expect(lab.complaints).toEqual([]);
  });

  it('walk from noise to the data', async () => {
    await open('#/lab/passes?at=0');
    const row = lab.page.getByRole('row', { name: /^walk/ });
    await row.getByText('0 of 50').waitFor();
    await lab.page.getByRole('slider', { name: /Walked so far/ }).fill('100');
    await row.getByText('8 of 8').waitFor();
    // The seed is that of the walk too.
    await stepIs(0);
    const walk = '.lab-stage figure:last-child canvas';
    const before = await pixels(walk);
    await lab.page.getByLabel('Seed').fill('2');
    await lab.page.keyboard.press('Tab');
    await lab.page.waitForFunction("location.hash.includes('seed=2')");
    await expect.poll(() => pixels(walk)).not.toBe(before);
  });

  it('work the losses of a lecture', async () => {
    await open('#/lab/scores');
    await lab.page.getByText('0.8675').waitFor();
    await lab.page.getByText('0.8574').waitFor();
    await lab.page.getByRole('slider', { name: /^First real/ }).fill('0.1');
    await lab.page.getByText('0.8675').waitFor({ state: 'hidden' });
    await press('Reset');
    await lab.page.getByText('0.8675').waitFor();
  });

  it('score a table that is edited', async () => {
    await open('#/lab/scores');
    await press('Sure and all alike');
    await lab.page.locator('[data-inception="1.0000"]').waitFor();
    await lab.page.getByLabel('Picture 2, cat').fill('0');
    await lab.page.getByLabel('Picture 2, dog').fill('100');
    await lab.page.keyboard.press('Tab');
    await lab.page.waitForFunction(
      "Number(document.querySelector('[data-inception]').dataset.inception) > 1.5",
    );
    await lab.page.waitForFunction("location.hash.includes('table=98')");
  });

  it('show what each score makes of damage', async () => {
    const value = (name: string) =>
      lab.page
        .locator(`[data-score=${name}]`)
        .evaluate((score) => Number((score as HTMLElement).dataset.value));
    let before: string | undefined;
    const scored = async (query: string) => {
      await open(`#/lab/scores?${query}`);
      await lab.page.waitForFunction((before) => {
        const { value } = document.querySelector<HTMLElement>('[data-score=frechet]')?.dataset ?? {};
        return value !== undefined && value !== before;
      }, before);
      before = (await lab.page.locator('[data-score=frechet]').getAttribute('data-value')) ?? undefined;
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
    await lab.page.locator('[data-points="21"]').waitFor();
    const reseeded = await scored('blur=0&noise=1&seed=2');
    expect(reseeded.frechet).not.toBe(noisy.frechet);
    await lab.page.locator('[data-points="21"]').waitFor();
    expect(lab.complaints).toEqual([]);
  });

  it('gather clipped weights at the bounds', async () => {
    await open('#/lab/leash?moves=150b');
    await stepIs(150);
    const words = await lab.page
      .getByRole('img', { name: /Histogram of the critic/ })
      .getAttribute('aria-label');
    expect(Number(/(\d+) percent/.exec(words!)![1])).toBeGreaterThan(25);
  });
});
