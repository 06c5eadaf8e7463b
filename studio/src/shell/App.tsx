import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type RoomEntry, type RoomProps, rooms } from '../rooms.ts';
import { address, route } from './route.ts';
import { chooseTheme, type Theme, theme } from './theme.ts';

/** The frame of every room: where one is, where one can go, and the look. */
export function App() {
  const place = route.value;
  const entry = rooms.find(({ path }) => path === place.room) ?? rooms[0]!;
  return (
    <>
      <button type="button" class="skip button" onClick={goToContent}>
        Skip to the content
      </button>
      <header class="bar">
        <a class="brand" href={address(rooms[0]!.path)} aria-label="gansmith studio">
          <Mark />
          <span>gansmith</span>
        </a>
        <nav aria-label="Rooms">
          <ul class="rooms">
            {rooms.map(({ path, title }) => (
              <li key={path}>
                <a href={address(path)} aria-current={path === entry.path ? 'page' : undefined}>
                  {title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <ThemeSwitch />
      </header>
      <main id="content" class="room" tabIndex={-1}>
        <Room key={entry.path} entry={entry} route={place} />
      </main>
    </>
  );
}

/** The address after `#` is the room's, so no link can jump within the page. */
const goToContent = (): void => document.getElementById('content')?.focus();

/** Loads a room when it is entered. */
function Room({ entry, route }: RoomProps & { entry: RoomEntry }) {
  const [Loaded, setLoaded] = useState<ComponentType<RoomProps>>();
  const [failed, setFailed] = useState(false);
  const first = useRef(true);
  useEffect(() => {
    document.title = `${entry.title} · gansmith studio`;
    entry.load().then(
      (module) => setLoaded(() => module.default),
      () => setFailed(true),
    );
  }, [entry]);
  const place = route.path.join('/');
  useEffect(() => {
    // Who follows a link with the keyboard or a screen reader is to go on from the new page.
    if (!first.current) document.getElementById('content')?.focus({ preventScroll: true });
    first.current = false;
    scrollTo(0, 0);
  }, [place]);
  if (failed)
    return <p class="notice failed">This room could not be loaded. Reload the page to try again.</p>;
  if (!Loaded) return <p class="soft">Loading…</p>;
  return <Loaded route={route} />;
}

const LOOKS: Record<Theme, { next: Theme; name: string }> = {
  system: { next: 'light', name: "the system's" },
  light: { next: 'dark', name: 'light' },
  dark: { next: 'system', name: 'dark' },
};

function ThemeSwitch() {
  const { next, name } = LOOKS[theme.value];
  const label = `Look: ${name}. Change to ${LOOKS[next].name}`;
  return (
    <button
      type="button"
      class="button icon theme"
      aria-label={label}
      title={label}
      onClick={() => chooseTheme(next)}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        {theme.value === 'light' && (
          <>
            <circle cx="8" cy="8" r="3" />
            <path d="M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1" />
          </>
        )}
        {theme.value === 'dark' && <path d="M13.5 9.8A6 6 0 0 1 6.2 2.5a6 6 0 1 0 7.3 7.3Z" />}
        {theme.value === 'system' && (
          <>
            <circle cx="8" cy="8" r="6" />
            <path d="M8 2a6 6 0 0 1 0 12Z" fill="currentColor" />
          </>
        )}
      </svg>
    </button>
  );
}

const Mark = () => (
  <svg viewBox="0 0 32 32" aria-hidden="true">
    <circle cx="11" cy="11" r="7" fill="var(--real)" />
    <circle cx="23" cy="11" r="5" fill="var(--generated)" />
    <circle cx="11" cy="24" r="5" fill="var(--generator)" />
    <circle cx="23" cy="23" r="6" fill="var(--critic)" />
  </svg>
);
