import { add, mul } from '../../graph/ops/elementwise.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { Scope } from '../../nn/scope.ts';
import type { Schedule } from '../../optim/optimizer.ts';
import { linear } from '../../optim/schedules.ts';
import { scheduled } from '../symbolic.ts';

/** Name of the schedule that `instanceNoise` reads. */
export const INSTANCE_NOISE = 'instanceNoise';

/**
 * Gaussian noise on what the critic sees, real and fake alike, so that the two distributions overlap while the generator is
 * still far off (Sønderby et al. 2017, arXiv:1610.04490, section 3; Arjovsky and Bottou 2017, arXiv:1701.04862). Its standard deviation
 * is the scheduled scalar `instanceNoise`. Outside training there is none.
 */
export function instanceNoise(scope: Scope, x: Tensor): Tensor {
  if (scope.mode === 'sample') return x;
  const noise = scope.random('instanceNoise', x.shape, { kind: 'normal', mean: 0, std: 1 });
  return add(x, mul(noise, scheduled(INSTANCE_NOISE)));
}

/** The noise's standard deviation along a run: from `std` in a straight line to 0 after so many images. */
export const noiseSchedule = (std: number, images: number): Schedule =>
  linear({ from: std, clock: 'images', end: images });
