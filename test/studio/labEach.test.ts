import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COLOURS, openPage, problems } from '../support/studioPages.ts';
import { serveLab } from '../support/visitLab.ts';

/* What holds for every experiment of the lab. Each is opened once, and its tests go on from one another. */

/** Folder to leave pictures of all pages in, to be looked at. */
const pictures = process.env.LAB_PICTURES;

interface Visited {
  /** Address in the lab. */
  place: string;
  /** What the page is to be waited for. */
  until?: string;
  /** Buttons to press, by Enter, before its address is handed on. */
  press?: readonly string[];
}

const experiments: readonly Visited[] = [
  { place: '/game?moves=40b', press: ['Step both', 'Step critic', 'Step both'] },
  {
    place: '/modes?units=16&cures=none,pairing&moves=30b',
    press: ['25 steps', 'Step critic', 'Step generator'],
  },
  { place: '/line?objective=minimax&rate=-2.5&std=0.1&moves=400b', press: ['Step both'] },
  { place: '/saturating?moves=30b', press: ['Step critic'] },
  { place: '/players?moves=60b', press: ['Step critic', 'Step generator', 'Step both'] },
  { place: '/transport', press: ['Step'] },
  { place: '/leash?moves=40b', press: ['Step generator'] },
  { place: '/scores', until: '[data-points="21"]' },
  { place: '/digits?width=4&batch=16', press: ['Step both'] },
  { place: '/passes?moves=40b&at=60', press: ['Step both'] },
];

const lab = serveLab();

/** The moves of the address are those that were made; or there are none to be made. */
const ARE_MADE = `(() => {
  const shown = document.querySelector('[data-step]');
  if (!shown) return !document.querySelector('.lab-bar .step');
  const query = new URLSearchParams(location.hash.split('?')[1]);
  const counts = [...(query.get('moves') ?? '').matchAll(/\\d+/g)].map(Number);
  return counts.reduce((sum, count) => sum + count, 0) === Number(shown.dataset.step);
})()`;

/** Waits until an experiment stands still: all moves of its address are made, and its pictures are drawn. */
async function rest(page: Page, { until }: Visited): Promise<void> {
  await page.locator('main canvas').first().waitFor();
  await page.waitForFunction(ARE_MADE);
  await page.getByText('Learning up to here…').first().waitFor({ state: 'hidden' });
  if (until) await page.locator(until).waitFor();
}

/** The pixels of all canvases once they hold still. */
async function pixels(page: Page): Promise<string[]> {
  const look = () =>
    page.evaluate("[...document.querySelectorAll('canvas')].map((canvas) => canvas.toDataURL())");
  let before: unknown;
  let now = (await look()) as string[];
  while (JSON.stringify(before) !== JSON.stringify(now)) {
    before = now;
    await page.waitForTimeout(100);
    now = (await look()) as string[];
  }
  return now;
}

const SCREENS = [
  [390, 'light', undefined],
  [390, 'dark', COLOURS],
  [1024, 'dark', undefined],
  [1920, 'light', undefined],
] as const;

/** Looks for obstacles on screens of several widths and in both looks; nothing may be wider than they are. */
async function checkScreens(page: Page, name: string): Promise<void> {
  for (const [width, colorScheme, rules] of SCREENS) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    expect(await problems(page, rules)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    if (!pictures) continue;
    await pixels(page);
    await page.screenshot({ path: join(pictures, `${name}-${width}-${colorScheme}.png`), fullPage: true });
  }
}

/** What can be operated, and is to be reached by the Tab key. */
const CONTROLS = 'a[href], button:not(:disabled), input, select, textarea, summary, [tabindex="0"]';

/** Goes through a page by the Tab key alone; tells which controls were not reached, and which have no name. */
async function tabThrough(page: Page): Promise<{ missed: string[]; nameless: string[] }> {
  await page.evaluate(`{
    globalThis.reached = new Set();
    addEventListener('focusin', ({ target }) => reached.add(target));
    document.activeElement.blur();
  }`);
  const count = await page.locator(CONTROLS).count();
  for (let i = 0; i < count + 3; i++) await page.keyboard.press('Tab');
  return page.evaluate(`(() => {
    const shown = [...document.querySelectorAll('${CONTROLS}')].filter((control) => control.checkVisibility());
    const nameOf = (control) =>
      control.getAttribute('aria-label') ?? [...(control.labels ?? []), control].map((text) => text.textContent).join('');
    return {
      missed: shown.filter((control) => !reached.has(control)).map((control) => control.outerHTML),
      nameless: shown.filter((control) => nameOf(control).trim() === '').map((control) => control.outerHTML),
    };
  })()`);
}

/** Keys that move a control, and move it back. */
const KEYS: readonly (readonly [kind: string, there: string, back: string])[] = [
  ['input[type=range]', 'ArrowRight', 'ArrowLeft'],
  ['input[type=number]', 'ArrowUp', 'ArrowDown'],
  ['input[type=checkbox]', 'Space', 'Space'],
  ['select', 'ArrowDown', 'ArrowUp'],
  ['canvas[role=application]', 'ArrowRight', 'ArrowLeft'],
];

/** What a control stands at, if that is a value: not a canvas, and not a box to check, which has no end. */
const standOf = (control: Element): string | undefined => {
  const { type, value } = control as HTMLInputElement;
  return type === 'checkbox' ? undefined : value;
};

/** Moves every control that the address keeps, by its keys; gives the names of those that it does not follow. */
async function moveAll(page: Page): Promise<string[]> {
  const deaf: string[] = [];
  for (const [kind, there, back] of KEYS) {
    for (const control of await page.locator(`main ${kind}`).all()) {
      await control.focus();
      const before = page.url();
      const value = await control.evaluate(standOf);
      await page.keyboard.press(there);
      // At its end already: it moves the other way.
      if (value !== undefined && (await control.evaluate(standOf)) === value) await page.keyboard.press(back);
      const followed = await page
        .waitForFunction((url) => location.href !== url, before, { timeout: 15_000 })
        .then(
          () => true,
          () => false,
        );
      if (!followed) deaf.push(await control.evaluate((element) => element.outerHTML));
      // Choices go back, so that the controls after them are the same.
      else if (kind === 'select' || kind.includes('checkbox')) await page.keyboard.press(back);
    }
  }
  return deaf;
}

describe.each(experiments)('$place', (visited) => {
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    ({ page, complaints } = await openPage(lab.browser, 30_000));
    await page.goto(lab.address(`#/lab${visited.place}`));
    await rest(page, visited);
  });
  afterAll(() => page?.context().close());

  it('is without obstacles and fits, on every screen and in both looks', async () => {
    await checkScreens(page, visited.place.replace(/\?.*/, '').slice(1));
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('is gone through and driven by the keyboard alone', async () => {
    expect(await tabThrough(page)).toEqual({ missed: [], nameless: [] });
    expect(await moveAll(page)).toEqual([]);
    const choice = page.locator('.lab-ask button').last();
    await choice.focus();
    await page.keyboard.press('Space');
    expect(await choice.getAttribute('aria-pressed')).toBe('true');
  });

  it('shows the same pixels to whoever is given the address', async () => {
    await rest(page, visited);
    for (const name of visited.press ?? []) {
      const step = await page.locator('[data-step]').getAttribute('data-step');
      await page.getByRole('button', { name, exact: true, disabled: false }).press('Enter');
      await page.waitForFunction(
        (before) => document.querySelector<HTMLElement>('[data-step]')?.dataset.step !== before,
        step,
      );
    }
    await rest(page, visited);
    const mine = await pixels(page);
    const other = await openPage(lab.browser, 30_000);
    await other.page.emulateMedia({ colorScheme: 'light' });
    await other.page.goto(page.url());
    await rest(other.page, visited);
    const theirs = await pixels(other.page);
    await other.page.context().close();
    expect(theirs.map((canvas, i) => canvas === mine[i])).toEqual(mine.map(() => true));
    expect([...complaints, ...other.complaints]).toEqual([]);
  });
});

it('lists the experiments without obstacles, to be reached by the keyboard', async () => {
  const { page, complaints } = await openPage(lab.browser, 30_000);
  await page.goto(lab.address('#/lab'));
  await page.getByRole('heading', { level: 1, name: 'Lab' }).waitFor();
  await checkScreens(page, 'contents');
  expect(await tabThrough(page)).toEqual({ missed: [], nameless: [] });
  expect(complaints).toEqual([]);
  await page.context().close();
});

describe('under a finger', () => {
  let page: Page;
  beforeAll(async () => {
    const phone = { hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } };
    ({ page } = await openPage(lab.browser, 30_000, phone));
  });
  afterAll(() => page?.context().close());

  const open = async (place: string) => {
    await page.goto(lab.address(`#/lab${place}`));
    const board = page.locator('canvas.board, canvas.plane').first();
    await board.scrollIntoViewIfNeeded();
    return board;
  };

  /** Draws a finger over the board, between two places given as shares of its width and height. */
  async function drag(from: readonly [number, number], to: readonly [number, number]): Promise<void> {
    const { x, y, width, height } = (await page.locator('canvas.board, canvas.plane').first().boundingBox())!;
    const finger = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', share: number) =>
      finger.send('Input.dispatchTouchEvent', {
        type,
        touchPoints:
          type === 'touchEnd'
            ? []
            : [
                {
                  x: x + width * (from[0] + share * (to[0] - from[0])),
                  y: y + height * (from[1] + share * (to[1] - from[1])),
                },
              ],
      });
    await touch('touchStart', 0);
    for (let i = 1; i <= 8; i++) await touch('touchMove', i / 8);
    await touch('touchEnd', 1);
    await finger.detach();
  }

  it('takes a drawing', async () => {
    await open('/game');
    await page.locator('[data-step="0"]').waitFor();
    await page.getByRole('button', { name: 'Draw your own' }).tap();
    await page.locator('canvas.drawing').scrollIntoViewIfNeeded();
    await drag([0.3, 0.3], [0.7, 0.6]);
    await page.getByRole('application', { name: /^Drawing board, [4-9] marks/ }).waitFor();
    // To the browser a finger that comes down again at once is no tap.
    await page.waitForTimeout(600);
    await page.getByRole('button', { name: 'Learn this drawing' }).tap();
    await page.waitForFunction("location.hash.includes('data=drawn')");
  });

  it.each([
    ['/players', [0.8, 0.5], [0.75, 0.25], 'x=1.1&y=1.1'],
    ['/scores', [0.5, 0.5], [0.75, 0.625], 'x=2&y=-1'],
    ['/transport', [0.5, 0.5], [0.6, 0.5], 'distance=3'],
  ] as const)('moves what can be moved on %s', async (place, from, to, expected) => {
    await open(place);
    await drag(from, to);
    await page.waitForFunction((text) => location.hash.includes(text), expected);
    // The page stays where it is under the finger.
    expect(await page.evaluate('[document.documentElement.scrollLeft]')).toEqual([0]);
  });

  it('scrolls the page over a board that moves to the sides alone', async () => {
    await open('/transport');
    const place = () => page.evaluate('scrollY');
    const before = await place();
    await drag([0.5, 0.9], [0.5, 0.1]);
    await page.waitForFunction((before) => scrollY !== before, before);
  });
});
