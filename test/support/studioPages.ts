import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Frame, Page } from 'playwright-core';

/* The studio's pages as static files of any web server. */

export const built = new URL('../../dist/studio/', import.meta.url);

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

export interface Site {
  /** Without a slash at its end. */
  url: string;
  stop(): void;
}

/**
 * Serves the built pages.
 * @param place the folder they lie in: `/teaching/gans/`
 * @param others further pages of the same server, and what is there instead of a built file, by their paths
 */
export async function servePages(
  place: string,
  others: Readonly<Record<string, string>> = {},
): Promise<Site> {
  if (!existsSync(built)) throw new Error(`no ${fileURLToPath(built)}: run 'npm run build' first`);
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const other = others[pathname];
    const file = pathname === place ? 'index.html' : pathname.replace(place, '');
    const content = other ?? (await readFile(new URL(file, built)).catch(() => undefined));
    const unknown = other === undefined ? 'application/octet-stream' : 'text/html';
    response.writeHead(content === undefined ? 404 : 200, {
      'content-type': types[extname(file)] ?? unknown,
    });
    response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A fresh page without animations, and what it complains of while it is open. */
export async function openPage(
  browser: Browser,
  milliseconds: number,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(milliseconds);
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, complaints };
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Rules on colours: all that can break when only the look of a page changes. */
export const COLOURS = ['color-contrast', 'link-in-text-block'] as const;

/**
 * Problems that axe finds, one a line.
 * @param rules the rules to look at; all those that axe has on by default when left out
 */
export async function problems(page: Page | Frame, rules?: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(axe);
  const options = JSON.stringify({ resultTypes: ['violations'], ...(rules ? { runOnly: rules } : {}) });
  const { violations } = (await page.evaluate(`axe.run(${options})`)) as {
    violations: { id: string; nodes: { html: string }[] }[];
  };
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
