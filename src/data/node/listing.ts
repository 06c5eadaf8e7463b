/** An image file that has been found but not read. */
export interface ImageFile {
  /** Path below the folder or archive, with '/' between folders. */
  name: string;
  /** Changes when the file's content does, as far as that shows without reading it. */
  stamp: string;
  read(): Promise<Uint8Array>;
}

/** The images of a folder or an archive, sorted by name. Call `close` when done with reading. */
export interface ImageListing {
  /** Absolute path of the folder or archive. */
  where: string;
  files: ImageFile[];
  close(): Promise<void>;
}
