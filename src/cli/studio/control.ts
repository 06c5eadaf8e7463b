import * as z from 'zod';
import { askRun, openRunFolder } from '../../train/node.ts';
import { isBeingTrained } from '../isBeingTrained.ts';
import type { ControlBody } from './api.ts';
import { pathWithin } from './files.ts';
import { checked, Refusal } from './guard.ts';
import type { Library } from './library.ts';
import type { Trainer } from './trainer.ts';

const controlBody = z.strictObject({
  pause: z.boolean().optional(),
  rateScale: z.record(z.string(), z.number().min(0).max(1000)).optional(),
});

interface Parts {
  library: Library;
  trainer: Trainer;
}

/**
 * Asks for a pause, for going on after one, or for other learning rates, of a run that trains here or in another process.
 * @throws Refusal when the run is not being trained, or has no network of a name
 */
export async function controlRun(run: string, body: object, parts: Parts): Promise<void> {
  const { pause, rateScale }: ControlBody = checked(controlBody, body);
  const folder = await trainedFolder(run, parts);
  if (rateScale !== undefined) {
    const { events } = await parts.library.log(run);
    const start = events.find(({ event }) => event.type === 'start')?.event;
    const known = Object.keys(start?.learningRates ?? start?.parameters ?? {});
    const unknown = Object.keys(rateScale).find((name) => !known.includes(name));
    if (unknown !== undefined)
      throw new Refusal(400, `${run} trains no network '${unknown}'; it trains ${known.join(' and ')}`);
  }
  askRun(folder, {
    ...(pause === undefined ? {} : { pause }),
    ...(rateScale === undefined ? {} : { rateScale }),
  });
}

/** Asks a run to finish its step, save and end, wherever it trains. */
export async function stopRun(run: string, parts: Parts): Promise<void> {
  if (parts.trainer.trains(run)) return parts.trainer.stop(run);
  askRun(await trainedFolder(run, parts), { stop: true });
}

async function trainedFolder(run: string, { library, trainer }: Parts): Promise<string> {
  const { path } = await pathWithin(library.root, [run]);
  if (trainer.trains(run)) return path;
  const { status } = await openRunFolder(path);
  if (status && status.pid !== process.pid && isBeingTrained(status)) return path;
  throw new Refusal(409, `${run} is not being trained at this moment`);
}
