import { nearest, UsageError } from '../base/errors.ts';
import type { Protocol, System } from '../evaluate/modes/index.ts';
import { allProtocols } from '../evaluate/modes/node.ts';

/** One benchmark with the systems that are compared on it. */
export interface Comparison {
  protocol: Protocol;
  systems: readonly System[];
}

const DEFAULT_DATA = ['ring', 'grid'];

/**
 * The benchmarks and systems asked for, in the order of the protocols.
 * @throws UsageError for a name that there is not, guessing what was meant.
 */
export function chooseComparisons(
  data: readonly string[],
  recipes: string,
  systems: string | undefined,
): Comparison[] {
  const names = allProtocols.map(({ name }) => name);
  const wanted = data.length > 0 ? data : DEFAULT_DATA;
  for (const name of wanted) checkName('benchmark', name, names);
  const chosen = allProtocols.filter(({ name }) => wanted.includes(name));
  checkName('protocol', recipes, [
    'quick',
    ...allProtocols.flatMap((protocol) => Object.keys(protocol.recipes)),
  ]);
  return chosen.map((protocol) => {
    const all = recipes === 'quick' ? protocol.systems : protocol.recipes[recipes];
    if (!all) {
      throw new UsageError(
        `--protocol ${recipes}: the paper has no recipe for ${protocol.name}; leave out ${protocol.name}, or --protocol`,
      );
    }
    return { protocol, systems: chooseSystems(protocol, all, systems) };
  });
}

function chooseSystems(
  { name: benchmark }: Protocol,
  all: readonly System[],
  names: string | undefined,
): readonly System[] {
  if (names === undefined) return all;
  const wanted = names.split(',').map((name) => name.trim());
  const known = all.map(({ name }) => name);
  for (const name of wanted) checkName('system', name, known, ` on ${benchmark}`);
  return all.filter(({ name }) => wanted.includes(name));
}

function checkName(what: string, name: string, known: readonly string[], where = ''): void {
  if (known.includes(name)) return;
  const close = nearest(name, known);
  const hint = close ? `did you mean '${close}'?` : `there are ${[...new Set(known)].join(', ')}`;
  throw new UsageError(`bench modes: there is no ${what} '${name}'${where}; ${hint}`);
}
