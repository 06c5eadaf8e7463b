import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { chromium, type Page } from 'playwright-core';

export const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

export interface OpenedPage {
  page: Page;
  /** What the page wrote to its console, and its uncaught errors. */
  complaints: readonly string[];
  close(): Promise<void>;
}

/**
 * Opens the page `/` of a site in a headless Chromium, isolated so that WebAssembly may use threads.
 * The page sets `globalThis.ready` when it is.
 * @param contentOf Content of a path; throws for what there is not.
 * @param flags Further flags of the browser.
 */
export async function openPage(
  contentOf: (path: string) => Promise<string | Buffer>,
  { query = '', flags = [] }: { query?: string; flags?: readonly string[] } = {},
): Promise<OpenedPage> {
  if (!existsSync(executablePath)) {
    throw new Error(
      `no Chromium at ${executablePath}: install it (on Debian: apt-get install chromium), or set CHROMIUM_PATH`,
    );
  }
  const { url, stop } = await serve(contentOf);
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-sync', ...flags],
  });
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  await page.goto(`${url}?${query}`);
  await page.waitForFunction('globalThis.ready', undefined, { timeout: 20_000 }).catch(() => {
    throw new Error(`the page did not start: ${complaints.join('; ')}`);
  });
  return {
    page,
    complaints,
    async close() {
      await browser.close();
      stop();
    },
  };
}

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** Serves on a free port. */
async function serve(
  contentOf: (path: string) => Promise<string | Buffer>,
): Promise<{ url: string; stop: () => void }> {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    try {
      const content = await contentOf(path);
      response.writeHead(200, {
        'content-type': types[extname(path) || '.html'] ?? 'application/octet-stream',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
      });
      response.end(content);
    } catch {
      response.writeHead(404).end(`not found: ${path}`);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: () => server.close(),
  };
}
