import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GansmithError, UsageError } from '../../base/errors.ts';
import { print } from '../output.ts';
import { quitBy } from '../supervise.ts';
import { listenLocally } from './listen.ts';
import { openBrowser } from './openBrowser.ts';
import { createStudio } from './server.ts';

/** Where the package keeps the built pages. */
const PAGES = fileURLToPath(new URL('../../studio/', import.meta.url));

/**
 * Serves the studio until Ctrl-C.
 * @throws UsageError when the folder of runs is a file or the port is taken; GansmithError when the pages were not built
 */
export async function runStudio({
  runs,
  port,
  open,
}: {
  runs: string;
  port: number | undefined;
  open: boolean;
}): Promise<void> {
  if (existsSync(runs) && !statSync(runs).isDirectory()) {
    throw new UsageError(`--runs ${runs} is a file; give the folder that holds the folders of runs`);
  }
  if (!existsSync(join(PAGES, 'index.html'))) {
    throw new GansmithError(
      `the pages of the studio are missing at ${PAGES}; build them with 'npm run build', or install gansmith again`,
    );
  }
  const { server, trainer, token } = createStudio({ runs: resolve(runs), pages: PAGES });
  const at = await listenLocally(server, port);
  const url = `http://127.0.0.1:${at}/#token=${token}`;
  print(`gansmith studio: ${url}`);
  if (!existsSync(runs)) print(`There are no runs in ${runs} yet; the studio can start one.`);
  print('Ctrl-C ends it.');
  if (open) openBrowser(url);

  await new Promise<void>((resolve) => {
    let asked = false;
    const end = (signal: NodeJS.Signals) => {
      if (asked) return quitBy(signal);
      asked = true;
      const { state } = trainer.state();
      if (state === 'running' || state === 'preparing')
        print('Saving the run first (Ctrl-C again to quit at once)');
      trainer.finish().then(resolve);
    };
    process.on('SIGINT', end);
    process.on('SIGTERM', end);
  });
  server.closeAllConnections();
  server.close();
}
