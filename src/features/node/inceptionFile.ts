import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UsageError } from '../../base/errors.ts';
import { cacheFolder, readFileOrThrow } from '../../base/node.ts';
import { INCEPTION_FILES, type InceptionWeights, readInceptionWeights } from '../inception.ts';

/** Where the weights of FID's network are looked for when no path is given. */
export const inceptionFolder = (): string => join(cacheFolder(), 'weights');

/**
 * The weights of FID's network from a file: the one at `path`, else one of the published names in the cache folder.
 * @throws UsageError saying who publishes the file and where to put it when there is none, GansmithError for a wrong one.
 */
export async function openInceptionWeights(path?: string): Promise<InceptionWeights> {
  const file =
    path ?? INCEPTION_FILES.map(({ name }) => join(inceptionFolder(), name)).find((at) => existsSync(at));
  if (file === undefined || !existsSync(file)) throw new UsageError(missingInception(path));
  return readInceptionWeights(readFileOrThrow(file, 'weight file'), basename(file));
}

function missingInception(path: string | undefined): string {
  const published = INCEPTION_FILES.map(
    ({ name, project }) => `${name} (from the releases of ${project})`,
  ).join(' or ');
  const place = path === undefined ? `in ${inceptionFolder()}` : `at ${path}`;
  const advice = path === undefined ? 'put it there, or give its path' : 'give the path of that file';
  return `the weights of the Inception network are not ${place}: they are not part of gansmith. Get ${published} and ${advice}`;
}
