import { UsageError } from '../../base/errors.ts';
import { type InceptionResizing, inceptionExtractor } from '../inception.ts';
import { nsfwjsExtractor } from '../nsfwjs.ts';
import type { ExtractorSource } from '../openExtractor.ts';
import { openInceptionWeights } from './inceptionFile.ts';
import { openNsfwjsWeights } from './nsfwjsPackage.ts';

const inception = (name: string, resizing: InceptionResizing, title: string): ExtractorSource => ({
  name,
  title,
  example: name,
  async open(path, executor, options) {
    const weights = await openInceptionWeights(path);
    return inceptionExtractor(executor, weights, { ...options, resizing });
  },
});

/** The Inception networks, whose weights come from a file of the user's: after a colon, or where docs/inception.md says. */
export const inceptionSources: readonly ExtractorSource[] = [
  inception('inception-fid', 'legacy', 'the network of FID: 2048 features, with the published weight file'),
  inception('inception-clean', 'clean', 'the same network with the antialiased resizing of clean-fid'),
  {
    name: 'nsfwjs-inception',
    title: 'an Inception network of the npm package nsfwjs: 2048 features',
    example: 'nsfwjs-inception',
    async open(folder, executor, options) {
      if (folder === '') throw new UsageError("features 'nsfwjs-inception:': write 'nsfwjs-inception'");
      return nsfwjsExtractor(executor, openNsfwjsWeights(folder), options);
    },
  },
];
