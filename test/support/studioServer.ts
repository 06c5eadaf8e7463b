import { type Browser, chromium } from 'playwright-core';
import { executablePath } from './browser.ts';
import { start } from './gansmith.ts';

/** The studio as the command line serves it, and a browser to look at it. */
export interface ServedStudio {
  /** As the terminal printed it, with the token. */
  address: string;
  /** The same without the token. */
  open: string;
  browser: Browser;
  stop(): Promise<void>;
}

/** Serves the runs of a folder below `folder`, and starts a browser. */
export async function serveStudio(folder: string, runs = 'runs'): Promise<ServedStudio> {
  const studio = start(['studio', '--runs', runs, '--no-open', '--port', '0'], folder);
  const line = await studio.line((text) => text.includes('http://'));
  const address = /http:\S+/.exec(line)![0];
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-quic'] });
  return {
    address,
    open: address.split('#')[0]!,
    browser,
    async stop() {
      await browser.close();
      studio.child.kill('SIGINT');
      await studio.ended;
    },
  };
}
