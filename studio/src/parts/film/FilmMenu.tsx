import { useState } from 'preact/hooks';
import { Icon } from '../icons.tsx';
import { Menu } from '../Menu.tsx';
import type { Film, FilmFormat } from './frames.ts';
import { encodingOf } from './video.ts';

interface FilmMenuProps {
  /** What is filmed, such as `samples`. */
  what: string;
  /** Undefined while there is nothing to film. */
  film: Film | (() => Promise<Film>) | undefined;
  onProblem(problem: string | undefined): void;
}

const VIDEOS = [
  ['mp4', 'MP4 video'],
  ['webm', 'WebM video'],
] as const;

/** Saves a film in the formats that this browser can write. */
export function FilmMenu({ what, film, onProblem }: FilmMenuProps) {
  const [offered, setOffered] = useState<readonly FilmFormat[]>([]);
  const [saving, setSaving] = useState(false);
  const filmOf = async () => (typeof film === 'function' ? film() : film);
  const look = async () => {
    const ready = await filmOf().catch(() => undefined);
    if (!ready) return;
    const found = await Promise.all(VIDEOS.map(([format]) => encodingOf(format, ready)));
    setOffered(VIDEOS.map(([format]) => format).filter((_, i) => found[i]));
  };
  const save = async (format: FilmFormat) => {
    onProblem(undefined);
    setSaving(true);
    try {
      const ready = await filmOf();
      const { saveFilm } = await import('./saveFilm.ts');
      if (ready) await saveFilm(ready, format);
    } catch (error) {
      onProblem((error as Error).message);
    }
    setSaving(false);
  };
  if (!film || saving) {
    return (
      <button type="button" class="button" disabled>
        <Icon name="save" /> {saving ? 'Saving…' : 'Film'}
      </button>
    );
  }
  const missing = VIDEOS.filter(([format]) => !offered.includes(format)).map(([format]) => format);
  return (
    <Menu label="Film" name={`Save a film of the ${what}`} onOpen={look}>
      {VIDEOS.filter(([format]) => offered.includes(format)).map(([format, title]) => (
        <button key={format} type="button" class="button" onClick={() => save(format)}>
          {title}
        </button>
      ))}
      <button type="button" class="button" onClick={() => save('gif')}>
        Animated GIF
      </button>
      {missing.length > 0 && (
        <p class="soft small">
          This browser writes no {missing.map((one) => one.toUpperCase()).join(' and no ')}.
        </p>
      )}
    </Menu>
  );
}
