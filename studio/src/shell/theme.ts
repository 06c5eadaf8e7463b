import { effect, signal } from '@preact/signals';

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'gansmith-theme';
const systemDark = matchMedia('(prefers-color-scheme: dark)');

const themeOf = (text: string | null): Theme => (text === 'light' || text === 'dark' ? text : 'system');

/** Pages shown within others are told the look in their address, and keep none. */
const given = new URLSearchParams(location.search).get('look');

/** The look that was asked for. */
export const theme = signal<Theme>(themeOf(given ?? localStorage.getItem(KEY)));

/** Asks for a look, from now on. */
export function chooseTheme(next: Theme): void {
  if (next === 'system') localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, next);
  theme.value = next;
}

const systemIsDark = signal(systemDark.matches);
systemDark.addEventListener('change', ({ matches }) => {
  systemIsDark.value = matches;
});

/** The look that is shown. Canvases read it to be drawn again when it changes. */
export const look = signal<'light' | 'dark'>('light');

effect(() => {
  const chosen = theme.value;
  if (chosen === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
  look.value = chosen === 'system' ? (systemIsDark.value ? 'dark' : 'light') : chosen;
});

/** A colour of the style sheets, such as `--critic`, as canvases take it. */
export function colourOf(name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
