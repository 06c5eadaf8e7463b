import { type Control, effectiveScale, type RateScale, sameScale } from './control.ts';
import type { TrainEvent } from './events.ts';

/** A run between two steps, for whoever holds or changes it there. */
export interface BetweenSteps {
  step: number;
  /** Those that have a learning rate. */
  networks: readonly string[];
  /** Whether a checkpoint of this step was written. */
  isSaved: boolean;
  isToStop(): boolean;
  rateScale(): RateScale;
  /** Takes other factors from now on. @returns the checkpoint that says so */
  checkpoint(scale: RateScale): Promise<TrainEvent>;
}

/**
 * Does what is wanted of a run from outside, and returns when the next step is to come, or the end: changes learning rates, and holds the
 * run. Both are saved at once, so that whenever the run is killed, what it goes on from knows of them.
 *
 * @returns milliseconds that the run was held
 */
export async function* heed(control: Control, run: BetweenSteps): AsyncGenerator<TrainEvent, number> {
  const { step, networks } = run;
  const since = performance.now();
  let isSaved = run.isSaved;
  let isHeld = false;
  for (;;) {
    const wanted = control.wanted();
    const next = effectiveScale({ ...run.rateScale(), ...wanted?.rateScale }, networks);
    if (!sameScale(next, run.rateScale())) {
      yield { type: 'rate', step, scale: { ...next } };
      yield await run.checkpoint(next);
      isSaved = true;
    }
    if (!wanted?.pause || run.isToStop()) break;
    if (!isHeld) {
      isHeld = true;
      if (!isSaved) yield await run.checkpoint(next);
      yield { type: 'paused', step };
    }
    await control.waited();
  }
  if (!isHeld) return 0;
  if (!run.isToStop()) yield { type: 'continued', step };
  return performance.now() - since;
}
