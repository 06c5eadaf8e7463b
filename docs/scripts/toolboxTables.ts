import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { describeSchema } from '../../src/gan/config.ts';
import { refusalTable } from '../../src/gan/toolbox/compatibility.ts';
import { toolboxSettings } from '../../src/gan/toolbox/settings.ts';

/* Writes the tables of docs/toolbox.md from the code: npx tsx docs/scripts/toolboxTables.ts */

const PAGE = new URL('../toolbox.md', import.meta.url);

/** A table in Markdown, its columns aligned as the formatter has them. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((cells) => cells[column]!.length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

const settings = (): string =>
  table(
    ['setting', 'values', 'default', 'meaning'],
    describeSchema(z.strictObject(toolboxSettings())).map(({ name, type, default: value, meaning }) => [
      `\`${name}\``,
      type.replaceAll(' | ', ', '),
      value === undefined ? '' : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``,
      meaning.replaceAll('|', '\\|'),
    ]),
  );

const refusals = (): string =>
  table(
    ['this', 'not with', 'because', 'instead'],
    refusalTable.map(({ these, with: others, why, instead }) => [
      these.join(', '),
      others.join(', '),
      why,
      instead,
    ]),
  );

/** The page with its tables made anew. */
export const toolboxPage = (text: string): string =>
  Object.entries({ settings, refusals }).reduce(
    (page, [name, make]) =>
      page.replace(
        new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(\n<!-- end -->)`),
        (_, start, end) => `${start}\n${make()}\n${end}`,
      ),
    text,
  );

export const readToolboxPage = (): string => readFileSync(PAGE, 'utf8');

if (process.argv[1]?.endsWith('toolboxTables.ts')) writeFileSync(PAGE, toolboxPage(readToolboxPage()));
