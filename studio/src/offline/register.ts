/** Milliseconds after a page is loaded: what is shown first comes first. */
const LATER = 2000;

/** Lets the pages be kept for when there is no network. The studio's own server answers with what undoes it. */
export function keepPages(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  addEventListener('load', () => {
    setTimeout(() => {
      // Browsers refuse it in private windows and on plain http: then the pages just need the network.
      navigator.serviceWorker.register('./service-worker.js').catch(() => undefined);
    }, LATER);
  });
}
