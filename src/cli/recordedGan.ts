import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { UsageError } from '../base/errors.ts';
import { type FoundGan, findGan } from './systems.ts';

/**
 * The GAN a run or a checkpoint was trained with.
 *
 * @param where the run or checkpoint, for messages
 * @param recorded its name, where that is known, and its name in the zoo or the path of its file
 * @param moved the file that holds it now
 * @throws UsageError when it cannot be found or loaded, or the file holds a GAN of another name.
 */
export async function findRecordedGan(
  where: string,
  recorded: { name?: string; source: string },
  moved?: string,
): Promise<FoundGan> {
  if (moved === undefined) {
    return findGan(recorded.source).catch((error: unknown) => {
      if (!(error instanceof UsageError)) throw error;
      const gone = isAbsolute(recorded.source) && !existsSync(recorded.source);
      const hint = gone ? '; if it was moved, say where it is by --gan <file>' : '';
      throw new UsageError(`${where} holds ${recorded.source}: ${error.message}${hint}`, { cause: error });
    });
  }
  const found = await findGan(moved);
  if (recorded.name !== undefined && found.gan.name !== recorded.name) {
    throw new UsageError(
      `--gan ${moved}: the GAN in it is named '${found.gan.name}', but ${where} was trained with '${recorded.name}'`,
    );
  }
  return found;
}
