import { lstatSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomic } from '../../base/node.ts';
import type { Control, Wanted } from '../control.ts';
import { RUN_FILES } from './runFolder.ts';

/** What is wanted of a run while it trains, as `control.json` in its folder says. */
export const runControl = z.object({
  pause: z.boolean().default(false).describe('hold the run between two steps'),
  stop: z.boolean().default(false).describe('save and end'),
  rateScale: z
    .record(z.string(), z.number().min(0).max(1000))
    .optional()
    .describe('what the learning rates of networks are multiplied by; left out: as they are'),
});

export type RunControl = z.output<typeof runControl>;

/** Milliseconds between looks at the file: rare enough to cost nothing, often enough for who waits. */
const LOOK_EVERY = 200;

/** A run's control file, followed by whoever trains the run. */
export interface FollowedControl extends Control {
  wantsStop(): boolean;
  /** Removes the file, so that what was wanted of this training is not taken for what is wanted of the next. */
  end(): void;
}

/**
 * Follows what is wanted of a run.
 * @param since when this training was begun, in milliseconds of `Date.now`: what was wanted before then is forgotten
 */
export function followControl(run: string, since: number): FollowedControl {
  const path = join(run, RUN_FILES.control);
  const end = () => rmSync(path, { force: true });
  if ((statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? since) < since) end();
  let looked = -Infinity;
  let known: RunControl | undefined;
  let stamp = '';
  const look = (): RunControl | undefined => {
    if (performance.now() - looked < LOOK_EVERY) return known;
    looked = performance.now();
    const stats = statSync(path, { throwIfNoEntry: false });
    const found = stats ? `${stats.ino} ${stats.mtimeMs} ${stats.size}` : '';
    if (found === stamp) return known;
    stamp = found;
    // What cannot be read changes nothing.
    known = readControl(run) ?? known;
    return known;
  };
  return {
    wanted: (): Wanted | undefined => look(),
    wantsStop: () => look()?.stop ?? false,
    waited: () => new Promise((resolve) => setTimeout(resolve, LOOK_EVERY)),
    end,
  };
}

/** What is wanted of a run; undefined when nothing is, or the file cannot be read. */
export function readControl(run: string): RunControl | undefined {
  try {
    return runControl.parse(JSON.parse(readFileSync(join(run, RUN_FILES.control), 'utf8')));
  } catch {
    return undefined;
  }
}

/**
 * Asks whoever trains a run for something, besides what it was asked for before.
 * @throws GansmithError when the file cannot be written
 */
export function askRun(run: string, wanted: Partial<RunControl>): void {
  const path = join(run, RUN_FILES.control);
  // A link there would be written through, to wherever it leads.
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === false) rmSync(path, { force: true });
  const before = readControl(run);
  const next = {
    ...before,
    ...wanted,
    ...(wanted.rateScale ? { rateScale: { ...before?.rateScale, ...wanted.rateScale } } : {}),
  };
  writeFileAtomic(path, `${JSON.stringify(next, null, 2)}\n`);
}
