import { address, rewriteAddressSoon, route } from '../shell/route.ts';

/** Values of a place that stand in its address; those at their defaults are left out. */
export type Values = Readonly<Record<string, string | number | boolean>>;

/** Reads the values of a place from the address. What does not fit its default's kind is the default. */
export function readValues<V extends Values>(defaults: V): V {
  const entries = Object.entries(defaults).map(([name, standard]) => {
    const text = route.value.query.get(name);
    if (text === null) return [name, standard];
    if (typeof standard === 'boolean') return [name, text === '1'];
    if (typeof standard === 'string') return [name, text];
    const value = Number(text);
    return [name, text !== '' && Number.isFinite(value) ? value : standard];
  });
  return Object.fromEntries(entries) as V;
}

/** Writes the values of a place into the address. They may change many times a second, as sliders do under the hand. */
export function writeValues<V extends Values>(defaults: V, values: V, rewrite = rewriteAddressSoon): void {
  const entries = Object.entries(values)
    .filter(([name, value]) => value !== defaults[name])
    .map(([name, value]): [string, string] => [
      name,
      typeof value === 'boolean' ? String(Number(value)) : String(value),
    ]);
  const { room, path } = route.value;
  rewrite(address(room, path, entries));
}
