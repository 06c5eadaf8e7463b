import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { GansmithError } from '../../base/errors.ts';
import { RUN_FILES } from '../../train/node.ts';
import { controlRun, stopRun } from './control.ts';
import { notFound, pathWithin, sendFile } from './files.ts';
import { checkSender, checkToken, LARGEST_PICTURE, Refusal, readBody } from './guard.ts';
import { type Library, openLibrary } from './library.ts';
import { sendModel, sendNearest } from './looking.ts';
import { seriesOf } from './series.ts';
import { sendStream } from './stream.ts';
import { createTrainer, type Trainer } from './trainer.ts';

export interface Studio {
  server: Server;
  trainer: Trainer;
  /** What a request must carry to change anything. */
  token: string;
}

/** Sent with every answer: nothing of elsewhere is loaded, may show it, or is told about it; WebAssembly may use threads. */
const HEADERS = {
  'content-security-policy':
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; " +
    "media-src 'self' blob:; worker-src 'self' blob:; frame-ancestors 'self'; base-uri 'none'; form-action 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/**
 * The studio's server, not listening yet.
 * @param pages the folder of the built pages
 */
export function createStudio({ runs, pages }: { runs: string; pages: string }): Studio {
  const token = randomBytes(24).toString('base64url');
  const trainer = createTrainer();
  const library = openLibrary(runs, trainer.trains);
  const server = createServer(async (request, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    try {
      checkSender(request);
      const address = addressOf(request);
      if (request.method === 'POST') {
        checkToken(request, token);
        await answerPost(request, response, address, { library, trainer });
      } else if (request.method === 'GET' || request.method === 'HEAD') {
        if (address.names[0] === 'api') await answer(request, response, address, { library, trainer });
        else await sendPage(request, response, address.names, pages);
      } else throw new Refusal(405, 'expected GET, HEAD or POST');
    } catch (error) {
      refuse(request, response, error);
    }
  });
  return { server, trainer, token };
}

interface Address {
  /** The parts of the path, decoded. */
  names: string[];
  query: URLSearchParams;
}

function addressOf({ url = '/' }: IncomingMessage): Address {
  const [path = '/', query = ''] = url.split(/\?(.*)/s);
  try {
    // Decoded part by part and only once: an encoded slash stays within its part, where no file name can have it.
    const names = path.split('/').slice(1).map(decodeURIComponent);
    return { names: names.at(-1) === '' ? names.slice(0, -1) : names, query: new URLSearchParams(query) };
  } catch {
    throw new Refusal(400, 'the address is not well encoded');
  }
}

interface Parts {
  library: Library;
  trainer: Trainer;
}

/** Everything below /api that can be read. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { names, query }: Address,
  { library, trainer }: Parts,
): Promise<void> {
  const [, what, run = '', part, ...file] = names;
  const is = (name: string, length: number) => what === name && names.length === length;
  if (is('catalogue', 2)) return sendJson(response, (await import('./catalogue.ts')).catalogue());
  if (is('stream', 2)) return sendStream(request, response, { names: query.getAll('run'), library, trainer });
  if (is('runs', 2)) return sendJson(response, await library.list());
  if (is('runs', 3)) return sendJson(response, await library.detail(run));
  if (is('runs', 4) && part === 'series') return sendJson(response, await seriesOf(library, run, query));
  if (is('runs', 4) && part === 'steps.csv') {
    const { table, refresh } = await library.log(run);
    await refresh();
    response.writeHead(200, { 'content-type': 'text/csv; charset=utf-8', 'cache-control': 'no-store' });
    for (const lines of table.csv()) {
      if (!response.write(lines))
        await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
      if (response.destroyed) return;
    }
    response.end();
    return;
  }
  if (what === 'runs' && part === 'files') {
    const place = { root: library.root, names: [run, ...file] };
    return sendFile(request, response, { ...place, cache: 'no-cache', passive: true });
  }
  throw notFound();
}

/** Everything that needs the token: changes, and what reads data or code outside of the folder of runs. */
async function answerPost(
  request: IncomingMessage,
  response: ServerResponse,
  address: Address,
  { library, trainer }: Parts,
): Promise<void> {
  const [api, runs, run = '', what] = address.names.length === 4 ? address.names : [];
  if (api === 'api' && runs === 'runs' && what === 'nearest')
    return sendNearest(response, library, run, await readBody(request, LARGEST_PICTURE));
  if (api === 'api' && runs === 'runs' && what === 'model')
    return sendModel(response, library, run, await readBody(request));
  await change(address, await readBody(request), { library, trainer });
  sendJson(response, trainer.state(), 202);
}

/** Everything that changes something. */
async function change({ names }: Address, body: object, { library, trainer }: Parts): Promise<void> {
  const path = names.length === 4 && names[1] === 'runs' ? `api/runs/*/${names[3]}` : names.join('/');
  const { resumeJob, trainJob } = await import('./jobs.ts');
  if (path === 'api/train') return trainer.start(trainJob(body, library.root));
  if (path === 'api/stop') return trainer.stop();
  if (path === 'api/runs/*/stop') return stopRun(names[2]!, { library, trainer });
  if (path === 'api/runs/*/control') return controlRun(names[2]!, body, { library, trainer });
  if (path === 'api/runs/*/resume') {
    const run = names[2]!;
    await pathWithin(library.root, [run, RUN_FILES.record]);
    const { path: folder } = await pathWithin(library.root, [run]);
    return trainer.start(resumeJob(body, folder));
  }
  throw notFound();
}

/**
 * What this server gives for the service worker of the built pages: one that takes itself away, and with it what another build kept at
 * this address. Pages of this machine need no network, and its ports are used by one program today and by another tomorrow.
 */
const NO_SERVICE_WORKER = `addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil((async () => {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith('gansmith ')).map((name) => caches.delete(name)));
  await registration.unregister();
})()));
`;

/** A file of the built pages. Names with a hash of their content never change. */
function sendPage(
  request: IncomingMessage,
  response: ServerResponse,
  names: readonly string[],
  root: string,
): Promise<void> {
  if (names.length === 1 && names[0] === 'service-worker.js') {
    response
      .writeHead(200, { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'no-cache' })
      .end(NO_SERVICE_WORKER);
    return Promise.resolve();
  }
  const cache = names[0] === 'assets' ? 'public, max-age=31536000, immutable' : 'no-cache';
  return sendFile(request, response, { root, names: names.length === 0 ? ['index.html'] : names, cache });
}

function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    .end(JSON.stringify(value));
}

function refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const status = error instanceof Refusal ? error.status : error instanceof GansmithError ? 422 : 500;
  const message =
    error instanceof GansmithError ? error.message : 'unexpected: the studio could not answer this';
  // What is left of a body that is not wanted is not waited for.
  if (!request.complete) response.setHeader('connection', 'close');
  const fields = error instanceof Refusal ? error.fields : {};
  sendJson(response, { error: message, fields }, status);
}
