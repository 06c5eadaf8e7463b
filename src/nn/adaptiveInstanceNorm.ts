import type { Tensor } from '../graph/index.ts';
import { equalizedDense } from './equalized.ts';
import { instanceNorm } from './instanceNorm.ts';
import type { Scope } from './scope.ts';

/**
 * Adaptive instance normalisation (Karras et al. 2019, arXiv:1812.04948, equation 1): each channel of each image of [B, C, H, W] at mean
 * 0 and variance 1, then scaled and shifted by a style, a dense layer of w [B, W]. The scale is 1 more than the layer gives, so
 * that it begins near 1, as in the authors' code.
 */
export const adaptiveInstanceNorm = (scope: Scope, name: string, x: Tensor, w: Tensor): Tensor =>
  scope.in(name, (scope) => {
    const channels = x.shape[1]!;
    const style = equalizedDense(scope, 'style', w, { units: 2 * channels }); // [B, 2 C]
    const part = (start: number) => alongExamples(style.slice(1, start, start + channels));
    return instanceNorm(scope, 'norm', x, { eps: 1e-8 }).mul(part(0).add(1)).add(part(channels));
  });

/** [B, C] to [B, C, 1, 1] */
const alongExamples = (x: Tensor): Tensor => x.reshape([...x.shape, 1, 1]);
