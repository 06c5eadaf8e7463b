import type { Page } from 'playwright-core';
import { COLOURS, problems } from './studioPages.ts';

/* Whether everyone can use a page: what axe finds, how wide it is, and what the keyboard reaches and works. */

/** Problems of a page from a phone to a wide screen, in the light and in the dark. */
export async function accessProblems(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const width of [390, 1024, 1920]) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      // Canvases are drawn anew for a look, and charts for a width.
      await page.evaluate(
        'new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))',
      );
      const where = `${width} pixels, ${colorScheme}`;
      const rules = colorScheme === 'light' ? undefined : COLOURS;
      found.push(...(await problems(page, rules)).map((problem) => `${where}: ${problem}`));
    }
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (over > 0) found.push(`${width} pixels: ${over} pixels too wide`);
  }
  return found;
}

/** The key that works a control, by its kind. */
const KEYS: Record<string, readonly string[]> = {
  press: ['Enter'],
  check: ['Space'],
  range: ['ArrowRight', 'ArrowLeft'],
  choose: ['ArrowDown', 'ArrowUp'],
  number: ['ArrowUp', 'ArrowDown'],
  text: ['x'],
  own: ['ArrowRight'],
};

/**
 * Controls of a page, folded ones too, that Tab does not lead to, or that do not hear of the key that works such a control. What keys
 * do is noticed and held back, so that the page stays as it is.
 */
export async function keyboardProblems(page: Page): Promise<{ controls: number; problems: string[] }> {
  const controls = (await page.evaluate(mark)) as Control[];
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const worked = new Set<number>();
  const reached = new Set<number>();
  for (let i = 0; i < controls.length + 10 && reached.size < controls.length; i++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => Number(document.activeElement?.getAttribute('data-control') ?? -1));
    const control = controls[at];
    if (!control || reached.has(at)) continue;
    reached.add(at);
    for (const key of KEYS[control.kind]!) {
      await page.keyboard.press(key);
      const heard = await page.evaluate(() => (globalThis as unknown as { heard: number[] }).heard);
      if (heard.includes(at)) {
        worked.add(at);
        break;
      }
    }
  }
  const missing = controls.flatMap(({ name, alone }, i) => {
    if (!reached.has(i)) return [`Tab does not lead to ${name}`];
    return worked.has(i) || alone ? [] : [`no key works ${name}`];
  });
  return { controls: controls.length, problems: missing };
}

interface Control {
  name: string;
  kind: string;
  /** A choice of one thing, which cannot change. */
  alone: boolean;
}

/** Runs in the page: numbers its controls, and listens to them. */
function mark(): Control[] {
  for (const folded of document.querySelectorAll('details')) folded.open = true;
  const heard: number[] = [];
  Object.assign(globalThis, { heard });
  const note = (event: Event) => {
    const control = (event.target as Element).closest('[data-control]');
    const isOwn = control?.getAttribute('data-kind') === 'own';
    if (event.type === 'keydown' ? isOwn : true) heard.push(Number(control?.getAttribute('data-control')));
    if (event.type === 'keydown') return;
    event.stopImmediatePropagation();
    if (event.type === 'click' && control?.getAttribute('data-kind') === 'press') event.preventDefault();
  };
  for (const type of ['click', 'input', 'change', 'keydown']) addEventListener(type, note, true);
  const kindOf = (one: Element): string => {
    if (one instanceof HTMLSelectElement) return 'choose';
    if (!(one instanceof HTMLInputElement)) return one.matches('a, button, summary') ? 'press' : 'own';
    const kinds: Record<string, string> = {
      checkbox: 'check',
      range: 'range',
      number: 'number',
      file: 'press',
    };
    return kinds[one.type] ?? 'text';
  };
  const all =
    'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), summary, [tabindex="0"]';
  const shown = [...document.querySelectorAll<HTMLElement>(all)].filter(
    (one) => one.checkVisibility() && one.tabIndex >= 0,
  );
  return shown.map((one, i) => {
    one.setAttribute('data-control', String(i));
    one.setAttribute('data-kind', kindOf(one));
    const name =
      one.getAttribute('aria-label') ?? (one.textContent?.trim() || one.id || one.outerHTML.slice(0, 80));
    return {
      name: `${one.tagName.toLowerCase()} '${name}'`,
      kind: kindOf(one),
      alone: one instanceof HTMLSelectElement && one.options.length < 2,
    };
  });
}
