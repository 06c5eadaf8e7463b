import { filterResample } from '../graph/ops/composite.ts';
import { leakyRelu } from '../graph/ops/elementwise.ts';
import { reshape } from '../graph/ops/movement.ts';
import { sum } from '../graph/ops/reduce.ts';
import type { Tensor } from '../graph/tensor.ts';
import { conv2d } from './conv.ts';
import type { CriticParts } from './critic.ts';
import { dense } from './dense.ts';
import { heNormal, normal, zeros } from './initializers.ts';
import type { Initializer, NetworkFunction, Scope } from './scope.ts';
import { resolutionsOf } from './sizes.ts';

export interface R3ganOptions {
  /** Channels, height and width of an image; square, 28 or a power of two from 16. */
  image: readonly number[];
  /** Channels beside the image; doubled at every halving of the resolution up to eight times. */
  width: number;
  /** Residual blocks at each resolution. Default 2. */
  blocks?: number;
  /** Channels in a group of the 3x3 convolution. Default 16. */
  groupWidth?: number;
}

// Signals keep their variance through leaky ReLUs of slope 0.2; plain layers, with gain 1, through nothing.
const SLOPE = 0.2;
const EXPANSION = 2;
const plain: Initializer = heNormal({ gain: 1 });

/** Bilinear weights of doubling and halving, at full brightness. */
const FILTER = [0.25, 0.5, 0.25];

/** Channels at each resolution, the smallest first. */
const widths = (width: number, doublings: number): number[] =>
  Array.from({ length: doublings + 1 }, (_, stage) => width * Math.min(8, 2 ** (doublings - stage)));

/**
 * R3GAN's block (Huang et al. 2024, arXiv:2501.05441, section 4 and figure 4): x + f(x) with f a 1x1 convolution to twice the
 * channels, a grouped 3x3 convolution and a 1x1 convolution back, with a bias and leaky ReLU before the second and the third and
 * no normalisation. As in Fixup (Zhang et al. 2019, arXiv:1901.09321) the last convolution begins at zero and the others are scaled
 * by L^(-1/4), for three layers in each of L blocks.
 */
function block(
  scope: Scope,
  name: string,
  x: Tensor,
  { groupWidth, depth }: { groupWidth: number; depth: number },
): Tensor {
  const channels = x.shape[1]!;
  const inner = channels * EXPANSION;
  const init = heNormal({ gain: Math.sqrt(2 / (1 + SLOPE ** 2)) * depth ** -0.25 });
  // A convolution's bias stands before the activation that follows.
  const biased = { channels: inner, init, biasInit: zeros };
  return scope.in(name, (scope) => {
    const wide = leakyRelu(conv2d(scope, 'expand', x, { ...biased, kernel: 1 }), SLOPE);
    const groups = inner % groupWidth === 0 ? inner / groupWidth : 1;
    const mixed = leakyRelu(
      conv2d(scope, 'group', wide, { ...biased, kernel: 3, padding: 1, groups }),
      SLOPE,
    );
    return x.add(conv2d(scope, 'shrink', mixed, { channels, kernel: 1, bias: false, init: zeros }));
  });
}

/** A 1x1 convolution where the channels change; identity where they do not. */
const channelsTo = (scope: Scope, name: string, x: Tensor, channels: number): Tensor =>
  x.shape[1] === channels ? x : conv2d(scope, name, x, { channels, kernel: 1, bias: false, init: plain });

/** Doubles height and width by bilinear interpolation. */
const double = (x: Tensor): Tensor => filterResample(x, FILTER, { up: 2, padding: [1, 1], gain: 4 });

/** Halves height and width after a bilinear filter. */
const halve = (x: Tensor): Tensor => filterResample(x, FILTER, { down: 2, padding: [1, 0] });

/** The generator of R3GAN: latent [B, Z] to images [B, C, S, S], without a last activation. */
export const r3ganGenerator =
  ({ image, width, blocks = 2, groupWidth = 16 }: R3ganOptions): NetworkFunction =>
  (scope, z) => {
    const { base, doublings } = resolutionsOf(image[1]!);
    const channels = widths(width, doublings);
    const depth = blocks * channels.length;
    // A learned picture for every channel, weighted by the latent.
    let x = scope.in('basis', (scope) => {
      const basis = scope.param('basis', [1, channels[0]!, base, base], normal(1));
      const weights = dense(scope, 'weights', z!, { units: channels[0]!, bias: false, init: plain });
      return reshape(weights, [...weights.shape, 1, 1]).mul(basis);
    });
    channels.forEach((count, stage) => {
      if (stage > 0) x = double(channelsTo(scope, `to${stage}`, x, count));
      for (let i = 0; i < blocks; i++) x = block(scope, `stage${stage}/block${i}`, x, { groupWidth, depth });
    });
    return conv2d(scope, 'out', x, { channels: image[0]!, kernel: 1, bias: false, init: plain });
  };

/** The critic of R3GAN, the generator in reverse: images [B, C, S, S] to scores [B, 1]. */
export function r3ganCritic({ image, width, blocks = 2, groupWidth = 16 }: R3ganOptions): CriticParts {
  const { doublings } = resolutionsOf(image[1]!);
  const channels = widths(width, doublings).reverse();
  const depth = blocks * channels.length;
  return {
    features(scope, image) {
      let x = conv2d(scope, 'in', image!, { channels: channels[0]!, kernel: 1, bias: false, init: plain });
      channels.forEach((count, stage) => {
        if (stage > 0) x = channelsTo(scope, `to${stage}`, halve(x), count);
        for (let i = 0; i < blocks; i++)
          x = block(scope, `stage${stage}/block${i}`, x, { groupWidth, depth });
      });
      return x;
    },
    score(scope, features) {
      const x = features!;
      // A weight for every channel and place, summed over places; flattened features have no places left.
      const vector = x.shape.length === 2 ? x : sum(x.mul(placeWeights(scope, x)), { axes: [2, 3] });
      return dense(scope, 'out', vector, { units: 1, bias: false, init: plain });
    },
  };
}

/** [1, C, H, W] */
function placeWeights(scope: Scope, x: Tensor): Tensor {
  const [, channels, height, width] = x.shape as [number, number, number, number];
  return scope.param('basis', [1, channels, height, width], normal(1 / Math.sqrt(height * width)));
}
