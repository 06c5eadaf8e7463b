import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../../base/errors.ts';

/** Where an npm package lies, or undefined when it is not installed. */
export type FindPackage = (name: string) => string | undefined;

/** An installed package of data. */
export interface DataPackage {
  name: string;
  folder: string;
  version: string;
}

/** Looks in `node_modules` of the working folder and those above it, then of gansmith's own place. */
export const findPackage: FindPackage = (name) =>
  [process.cwd(), dirname(fileURLToPath(import.meta.url))]
    .flatMap(foldersAbove)
    .map((folder) => join(folder, 'node_modules', ...name.split('/')))
    .find((folder) => existsSync(join(folder, 'package.json')));

function foldersAbove(folder: string): string[] {
  const here = resolve(folder);
  const parent = dirname(here);
  return parent === here ? [here] : [here, ...foldersAbove(parent)];
}

/**
 * The packages a data source is made from, which the user installs.
 * @param wanted by name, with the version the source was made for
 * @throws UsageError with the command that installs those that are missing.
 */
export function requirePackages(
  source: string,
  wanted: Readonly<Record<string, string>>,
  find: FindPackage = findPackage,
): DataPackage[] {
  const found = Object.keys(wanted).map((name) => [name, find(name)] as const);
  const missing = found.filter(([, folder]) => folder === undefined).map(([name]) => name);
  if (missing.length > 0) {
    const line = missing.map((name) => `${name}@${wanted[name]}`).join(' ');
    throw new UsageError(
      `data '${source}': ${missing.length > 1 ? 'the packages' : 'the package'} ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not installed here; run 'npm install ${line}'`,
    );
  }
  return found.map(([name, folder]) => ({ name, folder: folder!, version: versionOf(folder!) }));
}

function versionOf(folder: string): string {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version?: string };
  return version ?? 'unknown';
}
