const KEY = 'gansmith-token';

/** Takes the token from the address the terminal printed, keeps it for this tab, and clears it from the address. */
export function keepToken(): void {
  const [, token] = /^#token=([\w-]+)/.exec(location.hash) ?? [];
  if (token === undefined) return;
  sessionStorage.setItem(KEY, token);
  history.replaceState(null, '', `${location.pathname}${location.search}#/`);
}

/** What the studio's server wants to see before it changes anything. Undefined when the page was opened without. */
export const token = (): string | undefined => sessionStorage.getItem(KEY) ?? undefined;
