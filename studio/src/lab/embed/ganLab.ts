import type { HeightMessage } from './height.ts';

/* A script of its own, which any page may load from wherever the studio's pages lie. */

/** The folder this script lies in, with the studio's other pages. */
const here = import.meta.url;

/**
 * `<gan-lab experiment="modes">` shows an experiment of the lab in any page. It lies in a frame of its own: neither page's styles,
 * keys or address reach the other, and workers start wherever the files are served from.
 *
 * - `experiment`: as in the lab's addresses: `game`, `modes`, ...
 * - `settings`: what follows the `?` in such an address, such as `cures=none,pairing&units=16`
 * - `look`: `light` or `dark`; without it, that of the page around
 * - `label`: what a screen reader calls the frame
 */
class GanLab extends HTMLElement {
  static observedAttributes = ['experiment', 'settings', 'look', 'label'];
  readonly #frame = document.createElement('iframe');

  constructor() {
    super();
    const style = document.createElement('style');
    style.textContent =
      ':host { display: block; } :host([hidden]) { display: none; } ' +
      'iframe { display: block; width: 100%; height: 600px; border: 0; border-radius: 8px; }';
    this.#frame.loading = 'lazy';
    this.attachShadow({ mode: 'open' }).append(style, this.#frame);
  }

  connectedCallback(): void {
    addEventListener('message', this.#resize);
    this.#show();
  }

  disconnectedCallback(): void {
    removeEventListener('message', this.#resize);
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.#show();
  }

  #show(): void {
    const experiment = this.getAttribute('experiment') ?? 'game';
    const settings = this.getAttribute('settings');
    const page = new URL('embedded.html', here);
    page.searchParams.set('look', this.getAttribute('look') ?? lookOf(this));
    page.hash = `/lab/${encodeURIComponent(experiment)}${settings ? `?${settings}` : ''}`;
    this.#frame.title = this.getAttribute('label') ?? `GAN lab: ${experiment}`;
    if (this.#frame.src !== page.href) this.#frame.src = page.href;
  }

  readonly #resize = ({ data, source }: MessageEvent<unknown>): void => {
    if (source === this.#frame.contentWindow && isHeight(data)) this.#frame.style.height = `${data.height}px`;
  };
}

const isHeight = (data: unknown): data is HeightMessage => {
  const { type, height } = (data ?? {}) as Partial<HeightMessage>;
  return type === 'gansmith-height' && Number.isFinite(height);
};

/** The look of the page around: dark or either only where its style sheets say so. */
function lookOf(element: Element): string {
  const scheme = getComputedStyle(element).colorScheme;
  const [light, dark] = [/light/.test(scheme), /dark/.test(scheme)];
  if (light && dark) return 'system';
  return dark ? 'dark' : 'light';
}

customElements.define('gan-lab', GanLab);
