import { signal } from '@preact/signals';

/** A place in the studio: `#/runs/at/00003-dcgan-mnist?step=40`. */
export interface Route {
  room: string;
  /** What follows the room, decoded. */
  path: readonly string[];
  query: URLSearchParams;
}

/** Reads the part of an address after `#`. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split(/\?(.*)/s);
  const [room = '', ...rest] = path.split('/').filter(Boolean).map(decode);
  return { room, path: rest, query: new URLSearchParams(query) };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The address of a place, for links. */
export function address(
  room: string,
  path: readonly string[] = [],
  query: readonly [string, string][] = [],
): string {
  const search = new URLSearchParams(query.map((pair) => [...pair])).toString();
  return `#/${[room, ...path].map(encodeURIComponent).join('/')}${search ? `?${search}` : ''}`;
}

/** Where the reader is. */
export const route = signal<Route>(parseRoute(location.hash));

addEventListener('hashchange', () => {
  route.value = parseRoute(location.hash);
});

export function goTo(target: string): void {
  location.hash = target;
}

/** Changes the address of this very place, such as what is chosen in it, without a new entry in the history. */
export function rewriteAddress(target: string): void {
  history.replaceState(null, '', target);
  route.value = parseRoute(target);
}

let writing: ReturnType<typeof setTimeout> | undefined;
let latest = '';

/**
 * As `rewriteAddress`, for what changes many times a second, such as a place under the reader's hand: the route changes at
 * once, the address a little later, for browsers refuse to rewrite it more than some ten times a second.
 */
export function rewriteAddressSoon(target: string): void {
  route.value = parseRoute(target);
  latest = target;
  if (writing !== undefined) return;
  const before = location.hash;
  writing = setTimeout(() => {
    writing = undefined;
    // Whoever has gone elsewhere meanwhile is not brought back.
    if (location.hash === before) history.replaceState(null, '', latest);
  }, 200);
}
