/*
 * Keeps the pages of one build, so that they work without the network. What is named by a hash of its content comes from what is
 * kept; the pages themselves, whose names stay the same from build to build, come from the network wherever there is one. What
 * is not of the build, such as anything a server answers by itself, is left alone.
 *
 * A new build brings a new one of these, which takes over when the last page of the old one is closed.
 */

/** Put in by the build; see `keepOffline` of studio/offline.ts. */
declare const __BUILD__: {
  /** A hash of all files. */
  version: string;
  /** Files to be kept at once, by their paths in the build. */
  files: readonly string[];
  /** Files so large that they are kept only when they were asked for. */
  large: readonly string[];
};

interface LaterEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface AskedEvent extends LaterEvent {
  request: Request;
  respondWith(response: Promise<Response>): void;
}
const worker = globalThis as unknown as {
  registration: { scope: string };
  clients: { claim(): Promise<void> };
  addEventListener(type: 'install' | 'activate', listener: (event: LaterEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: AskedEvent) => void): void;
};

const { version, files, large } = __BUILD__;
const { scope } = worker.registration;
/** Several builds may lie in different folders of one server. */
const OURS = `gansmith ${scope} `;
const NAME = OURS + version;

/** Servers may send the name of the first page on to its folder, so it is known by that. */
const addressOf = (file: string): string => scope + (file === 'index.html' ? '' : file);
const isHashed = (file: string): boolean => file.startsWith('assets/');

worker.addEventListener('install', (event) => event.waitUntil(install()));
worker.addEventListener('activate', (event) => event.waitUntil(activate()));
worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  const address = origin + pathname;
  if (request.method !== 'GET' || !address.startsWith(scope)) return;
  const file = address.slice(scope.length) || 'index.html';
  if (large.includes(file)) event.respondWith(keptOnUse(event, file));
  else if (!files.includes(file)) return;
  else if (isHashed(file)) event.respondWith(kept(file, () => fetch(request)));
  else event.respondWith(fetch(request).catch((error) => kept(file, () => Promise.reject(error))));
});

async function install(): Promise<void> {
  const cache = await caches.open(NAME);
  await Promise.all(files.map(async (file) => keep(cache, file, (await known(file)) ?? (await load(file)))));
  for (const file of large) {
    const before = await known(file);
    if (before) await keep(cache, file, before);
  }
}

/** What a build before this one kept of a file that has not changed. */
const known = async (file: string): Promise<Response | undefined> =>
  isHashed(file) ? caches.match(addressOf(file)) : undefined;

const load = (file: string): Promise<Response> =>
  fetch(addressOf(file), { cache: isHashed(file) ? 'default' : 'no-cache' });

/** @throws Error when it is not the file, such as the page that some servers send for whatever they do not have */
async function keep(cache: Cache, file: string, response: Response): Promise<void> {
  const isPage = response.headers.get('content-type')?.startsWith('text/html') ?? false;
  if (response.status !== 200 || isPage !== file.endsWith('.html')) {
    throw new Error(`${addressOf(file)}: expected the file, got status ${response.status}`);
  }
  // A copy: a browser does not show a page that is remembered as sent on from elsewhere.
  const { status, headers } = response;
  await cache.put(addressOf(file), new Response(response.body, { status, headers }));
}

async function activate(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(OURS) && name !== NAME).map((name) => caches.delete(name)),
  );
  await worker.clients.claim();
}

async function kept(file: string, otherwise: () => Promise<Response>): Promise<Response> {
  const cache = await caches.open(NAME);
  return (await cache.match(addressOf(file))) ?? otherwise();
}

const keptOnUse = (event: AskedEvent, file: string): Promise<Response> =>
  kept(file, async () => {
    const response = await fetch(event.request);
    const copy = response.clone();
    event.waitUntil(caches.open(NAME).then((cache) => keep(cache, file, copy)));
    return response;
  });
