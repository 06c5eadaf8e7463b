import { flatten } from '../graph/ops/movement.ts';
import { downBlock } from './blocks.ts';
import { conv2d } from './conv.ts';
import type { CriticParts } from './critic.ts';
import { dense } from './dense.ts';
import { dropout as dropoutLayer } from './dropout.ts';
import { normal } from './initializers.ts';
import type { NormName } from './norms.ts';
import type { Initializer } from './scope.ts';
import { sidesOf } from './sizes.ts';

export interface ConvCriticOptions {
  /** Channels, height and width of an image; square, 28 or a power of two from 16. */
  image: readonly number[];
  /** Channels beside the image; doubled at every halving of the resolution. */
  width: number;
  /** After every convolution but the first. */
  norm: NormName;
  /** Divide every weight by its largest singular value. */
  spectralNorm?: boolean;
  /** Share of numbers dropped after every block in training. */
  dropout?: number;
  /** Side of the convolutions (see `sidesOf`). Default 4. */
  kernel?: 3 | 4;
  /** Initial weights and scales, and biases. Default: as PyTorch, with biases unless a normalisation cancels them. */
  init?: Initializer;
  normInit?: Initializer;
  bias?: boolean;
}

/**
 * A critic of strided convolutions, without normalisation beside the image (DCGAN, arXiv:1511.06434, section 3; without batch
 * statistics, WGAN-GP's, arXiv:1704.00028, section 4). Features are [B, width 2^(n - 1), 4, 4], or 7x7 of images of 28 and
 * kernels of 4.
 */
export function convCritic(options: ConvCriticOptions): CriticParts {
  const { image, width, norm, kernel = 4, dropout = 0, ...rest } = options;
  const [base, ...larger] = sidesOf(image[1]!, kernel) as [number, ...number[]];
  const { normInit, ...weights } = rest;
  return {
    features(scope, x) {
      let h = x!;
      for (let level = 1; level <= larger.length; level++) {
        h = downBlock(scope, `down${level}`, h, {
          channels: width * 2 ** (level - 1),
          norm: level === 1 ? 'none' : norm,
          kernel,
          ...(normInit ? { normInit } : {}),
          ...weights,
        });
        if (dropout > 0) h = dropoutLayer(scope, `dropout${level}`, h, { probability: dropout });
      }
      return h;
    },
    score: (scope, features) =>
      features!.shape.length === 2
        ? dense(scope, 'out', features!, { units: 1, ...weights })
        : flatten(conv2d(scope, 'out', features!, { channels: 1, kernel: base, ...weights })),
  };
}

/** The critic of DCGAN with its initial weights N(0, 0.02), scales N(1, 0.02), and no biases beside batch norm. */
export const dcganCritic = (options: ConvCriticOptions): CriticParts =>
  convCritic({
    ...options,
    init: normal(0.02),
    normInit: normal(0.02, 1),
    ...(options.norm === 'batch' ? { bias: false } : {}),
  });
