import { expect, it } from 'vitest';
import { readToolboxPage, toolboxPage } from '../docs/scripts/toolboxTables.ts';

it('docs/toolbox.md has the settings and refusals of the code (npx tsx docs/scripts/toolboxTables.ts)', () => {
  const page = readToolboxPage();
  expect(toolboxPage(page)).toBe(page);
  expect(page).toMatch(/^\| `objective` +\|/m);
  expect(page).toMatch(/^\| batch norm in the critic +\| two-sided gradient penalty, /m);
});
