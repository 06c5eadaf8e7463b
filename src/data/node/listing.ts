import type { Annotation } from '../dataset.ts';

/** An image file that has been found but not read. */
export interface ImageFile {
  /** Path below the folder or archive, with '/' between folders. */
  name: string;
  /** Changes when the file's content does, as far as that shows without reading it. */
  stamp: string;
  read(): Promise<Uint8Array>;
}

/** A colour as red, green and blue in [0, 255]. */
export type Colour = readonly [number, number, number];

/** The images of a folder or an archive, sorted by name. Call `close` when done with reading. */
export interface ImageListing {
  /** Absolute path of the folder or archive, or packages with their versions: part of the cache's key. */
  where: string;
  files: ImageFile[];
  /** What transparent places are painted with. Default white. */
  background?: Colour;
  /** Under what licence the images are. */
  licence?: string;
  /** What is known of the image of a name. */
  annotate?(name: string): Annotation;
  close(): Promise<void>;
}
