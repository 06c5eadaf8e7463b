/** Whether a path is an image by its extension and no part of it is hidden (starts with a dot). */
export function isImagePath(path: string): boolean {
  return /\.(png|jpe?g|webp)$/i.test(path) && !path.split('/').some(isHidden);
}

/** Whether a file or folder name is hidden. */
export function isHidden(name: string): boolean {
  return name.startsWith('.');
}

/** Class names, and the class of every path in the order given. */
export interface Classification {
  classes: string[];
  labels: number[];
  /** Paths that lie beside class folders, which is why nothing was labelled. */
  strays: number;
}

/**
 * Classes by sub-folder, sorted by name. Folders that hold everything are passed through first, so `faces/cat/1.png`
 * and `faces/dog/1.png` are of classes `cat` and `dog`. Images all in one folder are unlabelled, and so are images some
 * of which lie beside the class folders.
 */
export function classify(paths: readonly string[]): Classification {
  const parts = paths.map((path) => path.split('/'));
  const depth = sharedDepth(parts);
  const folders = parts.map((path) => (path.length > depth + 1 ? path[depth]! : undefined));
  const strays = folders.filter((folder) => folder === undefined).length;
  const unlabelled = { classes: [], labels: paths.map(() => 0) };
  if (strays > 0) return { ...unlabelled, strays: strays === paths.length ? 0 : strays };
  const classes = [...new Set(folders as string[])].sort(byCodeUnit);
  const index = new Map(classes.map((name, i) => [name, i]));
  return { classes, labels: folders.map((folder) => index.get(folder!)!), strays: 0 };
}

/** Leading folders common to all paths. */
function sharedDepth(paths: readonly (readonly string[])[]): number {
  const first = paths[0] ?? [];
  let depth = 0;
  while (
    depth < first.length - 1 &&
    paths.every((path) => path.length > depth + 1 && path[depth] === first[depth])
  ) {
    depth++;
  }
  return depth;
}

/** The same order on every machine, whatever its language. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
