import * as z from 'zod';
import type { DataShape } from '../../base/dataShape.ts';
import type { Growth } from '../../nn/growing.ts';
import type { NetworkFunction } from '../../nn/scope.ts';
import type { Schedule } from '../../optim/optimizer.ts';
import { linear } from '../../optim/schedules.ts';
import type { BaseConfig, Stage } from '../defineGan.ts';
import { scheduled } from '../symbolic.ts';

/** Name of the schedule of how much the finest layers count. */
const FADE = 'fade';

/** The growth of a run as settings, by default the published: how long each resolution lasts, how many images a step of it takes, and how far. */
export const growthSettings = {
  stableImages: z
    .int()
    .min(1)
    .default(600_000)
    .describe('images that a resolution is trained on before the next fades in'),
  fadeImages: z
    .int()
    .min(0)
    .default(600_000)
    .describe('images over which the layers of a new resolution fade in'),
  batches: z
    .array(z.int().min(1))
    .default([])
    .describe('images in a step at the first resolution, the next, ...; from the end of the list on, batch'),
  rates: z
    .array(z.number().min(0))
    .default([])
    .describe('learning rate at the first resolution, the next, ...; from the end of the list on, lr'),
  resolution: z
    .int()
    .optional()
    .describe('pixels a side at which to train all the time, instead of growing to the size of the data'),
  fading: z
    .boolean()
    .default(false)
    .describe('whether the layers of that resolution are fading in; growing itself says so'),
};

/** Settings of a system that grows. */
export type GrowthConfig = BaseConfig & {
  stableImages: number;
  fadeImages: number;
  batches: number[];
  rates: number[];
  lr: number;
  resolution?: number | undefined;
  fading: boolean;
};

/** How a system grows. */
export interface GrowthStart {
  /** Pixels a side of the first stage. */
  first: number;
}

/**
 * The stages of growing (Karras et al. 2018, arXiv:1710.10196, appendix A.1): each resolution first fades in and then is trained as it
 * is. Optimizers forget their moments where a fade begins and where it ends, as in the authors' code. A rate is that of all networks,
 * but for a critic with a rate of its own.
 *
 * @param trained the networks that have optimizers.
 */
export function growthStages<Name extends string>(
  { stableImages, fadeImages, batches, batch, rates, lr, resolution: fixed }: GrowthConfig,
  { shape }: DataShape,
  { first, trained }: GrowthStart & { trained: readonly Name[] },
): Stage<GrowthConfig, Record<Name, NetworkFunction>>[] {
  if (fixed !== undefined) return [];
  const stages: Stage<GrowthConfig, Record<Name, NetworkFunction>>[] = [];
  let untilImages = 0;
  for (let resolution = first; resolution <= shape[1]!; resolution *= 2) {
    const place = Math.log2(resolution / first);
    const rate = rates.length > 0 ? { lr: rates[place] ?? lr } : {};
    const settings = { resolution, batch: batches[place] ?? batch, ...rate };
    const add = (images: number, fading: boolean) => {
      untilImages += images;
      const restarts = stages.length > 0 ? trained : [];
      stages.push({ untilImages, settings: { ...settings, fading }, restarts });
    };
    if (resolution > first && fadeImages > 0) add(fadeImages, true);
    add(resolution === shape[1] ? Number.POSITIVE_INFINITY : stableImages, false);
  }
  return stages;
}

/** How much the finest layers count along the run, while they fade in. */
export function growthSchedules(
  { stableImages, fadeImages, resolution, fading }: GrowthConfig,
  { first }: GrowthStart,
): Record<string, Schedule> {
  if (!fading || resolution === undefined) return {};
  const before = Math.log2(resolution / first);
  const start = before * stableImages + (before - 1) * fadeImages;
  return { [FADE]: linear({ from: 0, to: 1, clock: 'images', start, end: start + fadeImages }) };
}

/** How far the networks of a stage have grown. For use inside a network or a step. */
export const growthAt = ({ resolution, fading }: GrowthConfig, size: number): Growth => ({
  size,
  resolution: resolution ?? size,
  fade: fading ? scheduled(FADE) : undefined,
});

const isPowerOfTwo = (size: number): boolean => Number.isInteger(Math.log2(size));

/** Why such settings cannot grow so, or not on such data, a sentence each. */
export function growthRefusals(
  { resolution, fading, batches, minibatchStd }: GrowthConfig & { minibatchStd: number },
  { shape }: DataShape,
  { first }: GrowthStart,
): string[] {
  const [, size, width] = shape as [number, number, number];
  if (size !== width || !isPowerOfTwo(size) || size < first || size > 1024) {
    const fitting = Math.min(1024, Math.max(first, 2 ** Math.round(Math.log2(Math.min(size, width)))));
    const sizes = [1, 2, 4, 8].map((factor) => first * factor).join(', ');
    return [
      `grows to squares of ${sizes}, ... 1024 pixels, not ${size}x${width}; choose one with --size, such as --size ${fitting}`,
    ];
  }
  const reasons: string[] = [];
  if (fading) reasons.push('fading=true is what growing sets while layers fade in; leave it out');
  if (resolution !== undefined && !(isPowerOfTwo(resolution) && resolution >= first && resolution <= size)) {
    reasons.push(
      `resolution=${resolution} is not among ${first}, ${2 * first}, ${4 * first}, ... up to the data's ${size}; choose one of these, or leave it out to grow`,
    );
  }
  const uneven = batches.find((batch) => minibatchStd > 0 && batch % Math.min(minibatchStd, batch) !== 0);
  if (uneven !== undefined) {
    reasons.push(
      `minibatchStd=${minibatchStd} does not divide the ${uneven} among batches; choose multiples of it`,
    );
  }
  return reasons;
}
