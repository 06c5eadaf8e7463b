import { Icon } from '../../parts/icons.tsx';
import type { About, Made } from '../model/protocol.ts';

interface SaveProps {
  about: About;
  made: Made | undefined;
  /** What is saved, in a word that the file's name takes. */
  what: string;
  columns?: number;
  /** What is saved, where it is not the pictures in their order. */
  arrange?(made: Made): Made;
  /** What else the recipe says. */
  more?: Readonly<Record<string, unknown>>;
}

export const SaveButton = ({ about, made, what, columns = 1, arrange, more }: SaveProps) => (
  <button
    type="button"
    class="button save"
    disabled={!made}
    aria-label={`Save ${what} as PNG`}
    title="A PNG that says how it was made; drop it here to come back to this"
    onClick={async () => {
      // PNG files are written and read by code that is loaded when it is wanted.
      const { savePictures } = await import('../recipe.ts');
      if (!made) return;
      savePictures(about, arrange?.(made) ?? made, { what, columns, ...(more ? { more } : {}) });
    }}
  >
    <Icon name="save" /> PNG
  </button>
);
