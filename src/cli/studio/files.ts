import { createReadStream, type Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Refusal } from './guard.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.jsonl': 'application/x-ndjson; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
};

/**
 * The real path of a file or folder below `root`, given by the names that lead to it. Whatever leads out of it, hidden
 * names, and links to elsewhere do not exist as far as this is concerned.
 */
export async function pathWithin(
  root: string,
  names: readonly string[],
): Promise<{ path: string; stats: Stats }> {
  const bad = (name: string) => name === '' || name.startsWith('.') || /[/\\\0]/.test(name);
  if (names.length === 0 || names.some(bad)) throw notFound();
  try {
    const base = await realpath(root);
    const path = await realpath(join(base, ...names));
    const stats = await stat(path);
    if (path.startsWith(base.endsWith(sep) ? base : base + sep)) return { path, stats };
  } catch {
    // Missing, or not to be read: the same to whoever asks.
  }
  throw notFound();
}

export const notFound = () => new Refusal(404, 'there is nothing here');

/** What a browser would run, or draw with what runs in it. */
const ACTIVE = new Set(['.html', '.js', '.mjs', '.css', '.svg', '.wasm']);

/**
 * Sends a regular file below `root`.
 * @param cache how long a browser may keep it
 * @param passive sends what a browser would run as mere bytes: a folder of runs may come from anywhere
 */
export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  {
    root,
    names,
    cache,
    passive = false,
  }: { root: string; names: readonly string[]; cache: string; passive?: boolean },
): Promise<void> {
  const { path, stats } = await pathWithin(root, names);
  if (!stats.isFile()) throw notFound();
  const tag = `"${stats.size.toString(16)}-${stats.mtimeMs.toString(16)}"`;
  const ending = extname(path).toLowerCase();
  const headers = { 'cache-control': cache, etag: tag };
  if (request.headers['if-none-match'] === tag) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, {
    ...headers,
    'content-type': (!(passive && ACTIVE.has(ending)) && TYPES[ending]) || 'application/octet-stream',
    'content-length': stats.size,
  });
  if (request.method === 'HEAD' || stats.size === 0) {
    response.end();
    return;
  }
  // A file that grows while it is sent must not become longer than was announced.
  await pipeline(createReadStream(path, { end: stats.size - 1 }), response).catch(() => response.destroy());
}
