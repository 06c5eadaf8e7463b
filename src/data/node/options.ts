import type { ImageOptions } from '../imageOptions.ts';

/** How `openData` converts what it finds, and whom it tells. */
export interface OpenOptions extends ImageOptions {
  /** Where conversions of folders and archives are kept; default `gansmith/data` in the user's cache folder. */
  cacheDirectory?: string;
  /** Called after each of `total` items of work named by `what`. */
  onProgress?(done: number, total: number, what: string): void;
  /** Called with a sentence about what was left out or did not work, while the data are usable all the same. */
  onWarning?(message: string): void;
}
