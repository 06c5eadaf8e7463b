import { relu } from '../graph/ops/elementwise.ts';
import { reshape } from '../graph/ops/movement.ts';
import type { Tensor } from '../graph/tensor.ts';
import { upBlock } from './blocks.ts';
import { convTranspose2d } from './conv.ts';
import { dense } from './dense.ts';
import { normal } from './initializers.ts';
import { type Norm, normalise } from './norms.ts';
import type { NetworkFunction, Scope } from './scope.ts';
import { resolutionsOf } from './sizes.ts';

/**
 * How the latent becomes the first feature map: `conv` by a transposed convolution of a 1x1 map, `dense-N` by a dense layer
 * to N channels, which the generator then halves at every doubling of the resolution.
 */
export type DcganHead = 'conv' | 'dense-1024' | 'dense-512';

export interface DcganOptions {
  /** Channels, height and width of an image; square, 28 or a power of two from 16. */
  image: readonly number[];
  /** Channels beside the image; doubled at every halving of the resolution. */
  width: number;
  head: DcganHead;
  /** Doubling the resolution by a transposed convolution, or by nearest-neighbour resizing and a convolution. */
  upsample: 'transpose' | 'resize';
  /** After every convolution but the last. Default 'batch'. */
  norm?: Norm;
}

// Weights N(0, 0.02), scales N(1, 0.02) (Radford et al. 2016, arXiv:1511.06434, section 4, and the authors' code).
const init = normal(0.02);
const normInit = normal(0.02, 1);

/** The generator of DCGAN (arXiv:1511.06434, figure 1): latent [B, Z] to images [B, C, S, S] in [-1, 1]. */
export const dcganGenerator =
  ({ image, width, head, upsample, norm = 'batch' }: DcganOptions): NetworkFunction =>
  (scope, z) => {
    const { base, doublings } = resolutionsOf(image[1]!);
    const first = head === 'conv' ? width * 2 ** (doublings - 1) : Number(head.slice('dense-'.length));
    let x = scope.in('project', (scope) => project(scope, z!, { channels: first, size: base, head, norm }));
    for (let level = 1; level < doublings; level++) {
      x = upBlock(scope, `up${level}`, x, {
        channels: first / 2 ** level,
        bias: false,
        upsample,
        norm,
        init,
        normInit,
      });
    }
    const last = { channels: image[0]!, norm: 'none', activation: 'tanh', bias: false } as const;
    return upBlock(scope, 'out', x, { ...last, upsample, init });
  };

/** [B, Z] to [B, channels, size, size]. */
function project(
  scope: Scope,
  z: Tensor,
  { channels, size, head, norm }: { channels: number; size: number; head: DcganHead; norm: Norm },
): Tensor {
  const map =
    head === 'conv'
      ? convTranspose2d(scope, 'conv', reshape(z, [...z.shape, 1, 1]), {
          channels,
          kernel: size,
          bias: false,
          init,
        })
      : reshape(dense(scope, 'dense', z, { units: channels * size * size, bias: false, init }), [
          z.shape[0]!,
          channels,
          size,
          size,
        ]);
  return relu(normalise(scope, 'norm', map, norm, { weightInit: normInit }));
}
