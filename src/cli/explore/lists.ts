import { UsageError } from '../../base/errors.ts';
import { seedList } from '../options.ts';

/** A place by its name: a seed, or a file that `project` wrote. */
export type Named = { seed: number } | { file: string };

/** Reads places such as `0-3,7,face.safetensors`. */
export const placeList =
  (option: string) =>
  (text: string): Named[] =>
    text.split(',').flatMap((part): Named[] => {
      const word = part.trim();
      if (word.endsWith('.safetensors')) return [{ file: word }];
      try {
        return seedList(word).map((seed) => ({ seed }));
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        const said = error.message.replace(/^--seeds: /, '');
        throw new UsageError(`${option}: ${said}; a file ends in .safetensors`);
      }
    });

/** Reads layers such as `0-3,6`. */
export function layerList(text: string): number[] {
  try {
    return seedList(text);
  } catch {
    throw new UsageError(`--layers: expected numbers and ranges such as 0-3,6, got '${text}'`);
  }
}
