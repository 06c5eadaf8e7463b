import { GansmithError } from '../base/errors.ts';
import type { Tensor } from '../graph/tensor.ts';
import { expectRange } from './check.ts';
import type { Named } from './optimizer.ts';

/**
 * One move of an exponential moving average: average + rate * (current - average), by name. The scalar `rate` is what
 * the newest weights count, 1 less the usual decay.
 *
 * @throws GansmithError when a name of the average has no current value.
 */
export function movingAverage(average: Named, current: Named, rate: Tensor): Map<string, Tensor> {
  return new Map(
    [...average].map(([name, before]) => {
      const now = current.get(name);
      if (!now) {
        throw new GansmithError(`moving average: '${name}' is averaged but has no current value; give one`);
      }
      return [name, before.add(now.sub(before).mul(rate))];
    }),
  );
}

export interface AverageRateOptions {
  /** Images after which an old weight counts half. */
  halfLife: number;
  /** Shortens the half-life, early on, to this share of the images seen so far. Default: no ramp. */
  rampUp?: number | undefined;
  /** Images until which the average is the network itself. Default 0. */
  start?: number | undefined;
  /** Images in a step. */
  batch: number;
  /** Images seen before this step. */
  images: number;
}

/**
 * Rate of a moving average with a half-life in images: 1 - 0.5^(batch / half-life), as StyleGAN2's training loop
 * (arXiv:1912.04958). In (0, 1]; 1 before `start`, and with a ramp at the first step, so the average starts from the trained weights.
 */
export function averageRate({ halfLife, rampUp, start = 0, batch, images }: AverageRateOptions): number {
  expectRange('averageRate', 'halfLife', halfLife, 0);
  if (images < start) return 1;
  const horizon = rampUp === undefined ? halfLife : Math.min(halfLife, images * rampUp);
  // 1 - e^x loses digits for small x, which long half-lives are.
  return -Math.expm1((-Math.LN2 * batch) / Math.max(horizon, 1e-8));
}

/** The half-life in images of an average with a fixed decay a step, such as 0.9999. */
export function halfLifeOf(decay: number, batch: number): number {
  expectRange('halfLifeOf', 'decay', decay, 0, 1);
  return (batch * Math.log(0.5)) / Math.log(decay);
}

/** Rate of a moving average with a fixed decay a step, such as 0.999. */
export function decayRate(decay: number): number {
  expectRange('decayRate', 'decay', decay, 0, 1);
  return 1 - decay;
}
