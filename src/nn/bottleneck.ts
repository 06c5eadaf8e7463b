import { averagePool, concat, relu, slice, type Tensor, upsampleNearest } from '../graph/index.ts';
import { conv2d } from './conv.ts';
import { type Norm, normalise } from './norms.ts';
import type { WeightOptions } from './parameters.ts';
import type { Scope } from './scope.ts';

/* The residual blocks of BigGAN-deep (Brock et al. 2019, arXiv:1809.11096, appendix B, figure 16): 1x1, 3x3, 3x3, 1x1. */

/** Channels of a block over those of its 3x3 convolutions. */
const RATIO = 4;

export interface BottleneckOptions extends WeightOptions {
  /** Channels of the result. */
  channels: number;
  /** Double, or halve, height and width. Default false. */
  resample?: boolean;
}

/**
 * The generator's block: norm, ReLU and a 1x1 convolution to a quarter of the input's channels, two of 3x3 and one of 1x1 behind
 * norm and ReLU each. Doubling comes before the first of 3x3. The shortcut has no weights: surplus channels, the last ones, are
 * dropped. [B, C, H, W] to [B, channels, H, W], or with H and W doubled.
 */
export const upBottleneck = (
  scope: Scope,
  name: string,
  x: Tensor,
  { channels, resample = false, norm, ...weights }: BottleneckOptions & { norm: Norm },
): Tensor =>
  scope.in(name, (scope) => {
    const inputs = x.shape[1]!;
    const hidden = Math.floor(inputs / RATIO);
    const prepared = (layer: string, y: Tensor) => relu(normalise(scope, layer, y, norm));
    const double = (y: Tensor) => (resample ? upsampleNearest(y, 2) : y);
    const layers = layersOf(scope, weights);
    const narrow = layers.one('conv1', prepared('norm1', x), hidden);
    const first = layers.three('conv2', double(prepared('norm2', narrow)), hidden);
    const second = layers.three('conv3', prepared('norm3', first), hidden);
    const branch = layers.one('conv4', prepared('norm4', second), channels);
    return branch.add(double(channels === inputs ? x : slice(x, 1, 0, channels)));
  });

/**
 * The critic's block: ReLU before each convolution, no norm, a quarter of the result's channels inside; halving comes before the last
 * convolution. The shortcut keeps its channels and is joined by those of a 1x1 convolution `shortcut` where more are wanted.
 * [B, C, H, W] to [B, channels, H, W], or with H and W halved.
 */
export const downBottleneck = (
  scope: Scope,
  name: string,
  x: Tensor,
  { channels, resample = false, ...weights }: BottleneckOptions,
): Tensor =>
  scope.in(name, (scope) => {
    const inputs = x.shape[1]!;
    const hidden = Math.floor(channels / RATIO);
    const halve = (y: Tensor) => (resample ? averagePool(y, 2) : y);
    const layers = layersOf(scope, weights);
    const narrow = layers.one('conv1', relu(x), hidden);
    const first = layers.three('conv2', relu(narrow), hidden);
    const second = layers.three('conv3', relu(first), hidden);
    const branch = layers.one('conv4', halve(relu(second)), channels);
    const kept = halve(x);
    if (channels === inputs) return branch.add(kept);
    return branch.add(concat([kept, layers.one('shortcut', kept, channels - inputs)], 1));
  });

const layersOf = (scope: Scope, weights: WeightOptions) => ({
  one: (name: string, x: Tensor, channels: number) =>
    conv2d(scope, name, x, { ...weights, channels, kernel: 1 }),
  three: (name: string, x: Tensor, channels: number) =>
    conv2d(scope, name, x, { ...weights, channels, kernel: 3, padding: 1 }),
});
