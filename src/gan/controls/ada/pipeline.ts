import type { Tensor, TensorLike } from '../../../graph/tensor.ts';
import type { Scope } from '../../../nn/scope.ts';
import type { Draws } from './chance.ts';
import { COLOUR_DRAWS, recolour } from './colour.ts';
import { addNoise, CUTOUT_DRAWS, cutOut, NOISE_DRAWS } from './corruption.ts';
import { FILTER_DRAWS, filterBands } from './filtering.ts';
import { GEOMETRY_DRAWS, moveAround } from './geometry.ts';

/** Groups of augmentations by name, in the order they are applied. */
export const ADA_GROUPS = ['blit', 'geometry', 'colour', 'filter', 'noise', 'cutout'] as const;
export type AdaGroup = (typeof ADA_GROUPS)[number];

/**
 * What the critic is shown of images [B, C, H, W]: every transformation of the chosen groups with probability p, drawn anew for each
 * image (Karras et al. 2020, arXiv:2006.06676, appendix B). The whole can be differentiated in the images.
 */
export function augmented(scope: Scope, images: Tensor, p: TensorLike, chosen: readonly AdaGroup[]): Tensor {
  const batch = images.shape[0]!;
  const uniform = (name: string, count: number) =>
    scope.random(`${name}/uniform`, [batch, count], { kind: 'uniform', low: 0, high: 1 });
  const normal = (name: string, shape: readonly number[]) =>
    scope.random(`${name}/normal`, shape, { kind: 'normal', mean: 0, std: 1 });
  const draw = (name: string, counts: { uniform: number; normal: number }): Draws => ({
    uniform: uniform(name, counts.uniform),
    normal: normal(name, [batch, counts.normal]),
  });
  const has = (group: AdaGroup) => chosen.includes(group);
  let x = images;
  if (has('blit') || has('geometry')) {
    const chances = { blit: has('blit') ? p : 0, geometry: has('geometry') ? p : 0 };
    x = moveAround(x, chances, draw('geometry', GEOMETRY_DRAWS));
  }
  if (has('colour')) x = recolour(x, p, draw('colour', COLOUR_DRAWS));
  if (has('filter')) x = filterBands(x, p, draw('filter', FILTER_DRAWS));
  if (has('noise')) x = addNoise(x, p, draw('noise', NOISE_DRAWS), normal('pixels', x.shape));
  if (has('cutout')) x = cutOut(x, p, uniform('cutout', CUTOUT_DRAWS.uniform));
  return x;
}
