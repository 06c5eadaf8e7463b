import { adam, lazy } from '../../optim/adam.ts';
import { clipWeights } from '../../optim/clip.ts';
import type { Optimizer, Schedule } from '../../optim/optimizer.ts';
import { rmsprop } from '../../optim/rmsprop.ts';
import { cosine } from '../../optim/schedules.ts';
import { sgd } from '../../optim/sgd.ts';
import type { BaseConfig } from '../defineGan.ts';
import { hasGradientPenalty } from './penalties.ts';
import type { ToolboxConfig } from './settings.ts';

/** The update rules of all networks, slowed where a lazy phase moves a network more often than it is counted. */
export const toolboxOptimizers =
  (makers: readonly string[]) =>
  (c: ToolboxConfig & BaseConfig): Record<string, Optimizer> => ({
    ...Object.fromEntries(makers.map((name) => [name, rule(c, c.lr, c.pathLength > 0 ? c.pathEvery : 1)])),
    D: criticOptimizer(c),
  });

export function criticOptimizer(c: ToolboxConfig): Optimizer {
  const optimizer = rule(
    c,
    c.criticLr ?? c.lr,
    hasGradientPenalty(c) && c.penaltyEvery > 1 ? c.penaltyEvery * c.criticSteps : 1,
  );
  return c.clip > 0 ? clipWeights(optimizer, c.clip) : optimizer;
}

function rule({ optimizer, lrImages, b1, b2 }: ToolboxConfig, from: number, every: number): Optimizer {
  const lr: Schedule = lrImages > 0 ? cosine({ from, clock: 'images', end: lrImages }) : from;
  const options = every > 1 ? lazy(every, { lr, b1, b2 }) : { lr, b1, b2 };
  const momentum = options.b1 ?? 0;
  switch (optimizer) {
    case 'adam':
      return adam(options);
    case 'sgd':
      return sgd({ lr: options.lr ?? lr, momentum });
    case 'rmsprop':
      return rmsprop({ lr: options.lr ?? lr, alpha: options.b2 ?? b2, momentum });
  }
}
