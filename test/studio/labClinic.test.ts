import { describe, expect, it } from 'vitest';
import { visitLab } from '../support/visitLab.ts';

const lab = visitLab();
const { open, pixels, press, stepIs } = lab;

describe('the clinic', () => {
  it('finds more than seven modes with a cure', { timeout: 120_000 }, async () => {
    await open('#/lab/modes?cures=pairing&moves=1500b');
    await lab.page.waitForFunction(
      "Number(document.querySelector('[data-cure=pairing]')?.dataset.modes) > 7",
      undefined,
      {
        timeout: 100_000,
      },
    );
  });

  /** The pictures of all runs once they hold still, and their steps. */
  const runs = async () => {
    const planes = lab.page.locator('[data-cure] canvas.plane');
    const still: string[] = [];
    for (let i = 0; i < (await planes.count()); i++)
      still.push(await pixels(`:nth-child(${i + 1} of [data-cure]) canvas.plane`));
    return still;
  };
  const steps = () =>
    lab.page.evaluate("[...document.querySelectorAll('[data-cure]')].map((run) => run.dataset.steps).join()");
  const twoRuns = '#/lab/modes?cures=none,packing&units=16';

  it('steps all runs together', async () => {
    await open(twoRuns);
    await stepIs(0);
    await press('25 steps');
    await lab.page.waitForFunction("location.hash.includes('moves=25b')");
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
    await lab.page.waitForFunction("location.hash.includes('moves=25b1c1g1b')");
    before.forEach((picture, i) => {
      expect(new Set([picture, afterCritic[i], afterGenerator[i]]).size).toBe(3);
    });
    await press('Reset');
    await stepIs(0);
    await lab.page.waitForFunction("!location.hash.includes('moves')");
    expect(await steps()).toBe('0,0');
    expect(lab.complaints).toEqual([]);
  });

  it('moves the players in turn in slow motion, until it is stopped, and is driven by keys', async () => {
    await open(twoRuns);
    await stepIs(0);
    await press('Slow motion');
    await lab.page.locator('.button.critic.moved').waitFor();
    await lab.page.locator('.button.generator.moved').waitFor();
    await stepIs(2);
    await press('Slow motion');
    await lab.page.waitForFunction("location.hash.includes('moves=1c1g')");
    expect(await lab.page.locator('.moved').count()).toBe(0);
    await lab.page.evaluate('document.activeElement.blur()');
    await lab.page.keyboard.press('Shift+ArrowRight');
    await stepIs(12);
    await lab.page.keyboard.press('Space');
    await lab.page.getByText('steps a second').waitFor();
    await lab.page.keyboard.press('Space');
    await lab.page.waitForFunction('/moves=1c1g[0-9]*[05]b/.test(location.hash)');
    await lab.page.keyboard.press('r');
    await stepIs(0);
    expect(lab.complaints).toEqual([]);
  });

  it('comes back to no earlier step when keys follow on one another', async () => {
    await open(twoRuns);
    await stepIs(0);
    for (let i = 0; i < 30; i++) await lab.page.keyboard.press('ArrowRight');
    await stepIs(30);
    await lab.page.waitForFunction("location.hash.includes('moves=30b')");
    expect(await steps()).toBe('30,30');
  });
});
