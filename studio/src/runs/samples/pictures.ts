/** Pictures that have been asked for, so that scrubbing shows them at once. The oldest are let go. */
const KEPT = 400;
const pictures = new Map<string, Promise<HTMLImageElement>>();

/** A picture, decoded. Rejects when there is none at that address. */
export function picture(url: string): Promise<HTMLImageElement> {
  const known = pictures.get(url);
  if (known) return known;
  const image = new Image();
  image.src = url;
  const loading = image.decode().then(() => image);
  pictures.set(url, loading);
  loading.catch(() => pictures.delete(url));
  if (pictures.size > KEPT) pictures.delete(pictures.keys().next().value!);
  return loading;
}

/** Loads pictures ahead, those near the given place first, a few at a time. @returns what ends it */
export function preload(urls: readonly string[], from: number): () => void {
  const order = urls
    .map((url, i) => ({ url, distance: Math.abs(i - from) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, KEPT / 2);
  let ended = false;
  const loadSome = async () => {
    for (let next = order.shift(); next && !ended; next = order.shift())
      await picture(next.url).catch(() => {});
  };
  void Promise.all([loadSome(), loadSome(), loadSome()]);
  return () => {
    ended = true;
  };
}
