import { flatten } from '../graph/ops/movement.ts';
import { downBlock } from './blocks.ts';
import { conv2d } from './conv.ts';
import { resolutionsOf } from './dcgan.ts';
import type { NetworkFunction } from './scope.ts';

export interface WganCriticOptions {
  /** Channels, height and width of an image. */
  image: readonly number[];
  /** Channels beside the image; doubled at every halving of the resolution. */
  width: number;
  norm: 'layer' | 'none';
}

/**
 * A strided convolutional critic without batch statistics, as the gradient penalty demands (arXiv:1704.00028, section 4):
 * images [B, C, S, S] to scores [B, 1].
 */
export const wganCritic =
  ({ image, width, norm }: WganCriticOptions): NetworkFunction =>
  (scope, x) => {
    const { base, doublings } = resolutionsOf(image[1]!);
    let h = x!;
    for (let level = 1; level <= doublings; level++) {
      h = downBlock(scope, `down${level}`, h, {
        channels: width * 2 ** (level - 1),
        norm: level === 1 ? 'none' : norm,
      });
    }
    return flatten(conv2d(scope, 'out', h, { channels: 1, kernel: base }));
  };
