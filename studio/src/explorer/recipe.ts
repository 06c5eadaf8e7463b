import { encodePng, imageGrid, type Picture, readPngText } from 'gansmith';
import { download } from '../parts/download.ts';
import { route } from '../shell/route.ts';
import type { About, Made } from './model/protocol.ts';
import { readView, SLOTS } from './view.ts';

/** Of what a saved picture was made, as its text chunk says. */
export interface Recipe {
  gan: string;
  /** SHA-256 of the file. */
  checkpoint: string;
  step: number | undefined;
  /** The query of the room's address. */
  explorer: string;
}

/** Hands the reader pictures as one PNG that carries its recipe, in the chunk where `gansmith sample` has one too. */
export function savePictures(
  about: About,
  made: Made,
  { what, columns, more }: { what: string; columns: number; more?: Readonly<Record<string, unknown>> },
): void {
  const shape = made.shape as [number, number, number, number];
  const grid = imageGrid(made.data, shape, { columns });
  saveDrawing(about, { ...grid, what, ...(more ? { more } : {}) });
}

/** @param more what else the recipe says */
export function saveDrawing(
  about: About,
  { what, more, ...picture }: Picture & { what: string; more?: Readonly<Record<string, unknown>> },
): void {
  const { gan, data, step, config, hash, classes, latent } = about;
  const view = readView();
  const recipe: Recipe & Record<string, unknown> = {
    gan,
    data,
    step,
    config: config && JSON.parse(config),
    checkpoint: hash,
    shows: what,
    seeds: SLOTS.map((slot) => view[slot]).filter((seed) => seed >= 0),
    psi: view.psi,
    latent: latent.size,
    ...more,
    ...(view.label < 0 ? {} : { class: classes[view.label] }),
    explorer: `${new URLSearchParams({ ...queryOf(), ...(step === undefined ? {} : { step: String(step) }) })}`,
  };
  const bytes = encodePng(picture, { gansmith: JSON.stringify(recipe) });
  const name = [gan, step, what].filter((part) => part !== undefined).join('-');
  download(`${name}.png`, new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'image/png' }));
}

const queryOf = () => Object.fromEntries(route.value.query);

/** @throws Error in words when the picture carries no recipe of this room */
export function readRecipe(bytes: Uint8Array, name: string): Recipe {
  const text = readPngText(bytes, name).gansmith;
  const recipe: unknown = text === undefined ? undefined : JSON.parse(text);
  if (typeof recipe === 'object' && recipe !== null && 'explorer' in recipe) return recipe as Recipe;
  throw new Error(
    `${name} does not say how it was made here; drop a picture that was saved in the explorer, a checkpoint, or an exported model`,
  );
}
