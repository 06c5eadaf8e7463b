import type { ImageOptions } from '../imageOptions.ts';
import type { FindPackage } from './packages.ts';

/** What is known of images that have been listed and not read. */
export interface ListedImages {
  /** Files found: at least as many as there will be images. */
  count: number;
  /** Pixels a side they will be brought to. */
  size: number;
  /** Undefined when it depends on their colours. */
  channels: 1 | 3 | undefined;
  classes: readonly string[];
}

/** How `openData` converts what it finds, and whom it tells. */
export interface OpenOptions extends ImageOptions {
  /** Where conversions of folders and archives are kept; default `gansmith/data` in the user's cache folder. */
  cacheDirectory?: string;
  /** True: images of a folder or an archive that are not `size` pixels wide and high are refused instead of resized. */
  exact?: boolean;
  /** False: a conversion kept earlier is used, but none is written. Default true. */
  cache?: boolean;
  /** Where an npm package of data is installed. Default: in `node_modules` of the working folder, or above it. */
  findPackage?: FindPackage;
  /** Called with what was listed, before images are converted, which may take minutes. What it throws ends the opening. */
  onListed?(listed: ListedImages): void;
  /** Called after each of `total` items of work named by `what`. */
  onProgress?(done: number, total: number, what: string): void;
  /** Called with a sentence about what was left out or did not work, while the data are usable all the same. */
  onWarning?(message: string): void;
}
