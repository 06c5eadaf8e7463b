import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openPoints } from '../../src/data/points.ts';
import { resolveConfig } from '../../src/gan/config.ts';
import { interpreterExecutor } from '../../src/runtime/interpreter.ts';
import { gan } from '../../src/zoo/index.ts';
import { built } from '../support/studioPages.ts';
import { lossesOf, PLACE, visitLab } from '../support/visitLab.ts';

const lab = visitLab();
const { open, pixels, press, savedLosses, stepIs } = lab;

describe('the lab', () => {
  it('lists its experiments and leads to one', async () => {
    await open('#/lab');
    await lab.page.getByRole('link', { name: /Mode collapse clinic/ }).click();
    await lab.page.getByRole('heading', { level: 1, name: 'Mode collapse clinic' }).waitFor();
    expect(lab.complaints).toEqual([]);
  });

  it('loads at most 60 kB of script before its first picture, neither charts of the runs nor the runtime', async () => {
    // Workers' scripts are not among them.
    const scripts = new Map<string, number>();
    lab.page.on('requestfinished', (request) => {
      const file = request.url().split(PLACE)[1] ?? '';
      if (request.resourceType() === 'script' && existsSync(new URL(file, built))) {
        scripts.set(file, gzipSync(readFileSync(new URL(file, built))).length);
      }
    });
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
    expect(lab.complaints).toEqual([]);
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
    await lab.page.waitForFunction("Number(document.querySelector('[data-step]').dataset.step) > 100");
    await press('Pause');
    await lab.page.waitForFunction("location.hash.includes('moves=')");
    const rested = await lab.page.locator('[data-step]').getAttribute('data-step');
    await lab.page.waitForTimeout(300);
    expect(await lab.page.locator('[data-step]').getAttribute('data-step')).toBe(rested);
  });

  it('learns what is drawn by the keyboard alone', async () => {
    await open('#/lab/game');
    await stepIs(0);
    await lab.page.getByRole('button', { name: 'Draw your own' }).focus();
    await lab.page.keyboard.press('Enter');
    await lab.page.getByRole('application').focus();
    for (const key of [
      'Space',
      'Shift+ArrowRight',
      'Space',
      'Shift+ArrowUp',
      'Space',
      'Shift+ArrowUp',
      'Space',
    ]) {
      await lab.page.keyboard.press(key);
    }
    await press('Learn this drawing');
    await lab.page.waitForFunction("location.hash.includes('data=drawn')");
    await stepIs(0);
    await press('Step both');
    await stepIs(1);
    expect(lab.complaints).toEqual([]);
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
