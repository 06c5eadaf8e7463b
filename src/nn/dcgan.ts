import { relu, tanh } from '../graph/ops/elementwise.ts';
import { reshape } from '../graph/ops/movement.ts';
import type { Tensor } from '../graph/tensor.ts';
import { upBlock } from './blocks.ts';
import { conv2d, convTranspose2d } from './conv.ts';
import { dense } from './dense.ts';
import { normal } from './initializers.ts';
import { type Norm, normalise } from './norms.ts';
import type { NetworkFunction, Scope } from './scope.ts';
import { sidesOf } from './sizes.ts';

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
  /** Side of the transposed convolutions (see `sidesOf`). Default 4. */
  kernel?: 3 | 4;
  /**
   * The last layer: the last doubling, or a 3x3 convolution after it, so that `width` channels have the image's resolution.
   * Default 'double'.
   */
  toImage?: 'double' | 'conv';
  /** After every convolution but the last. Default 'batch'. */
  norm?: Norm;
}

// Weights N(0, 0.02), scales N(1, 0.02) (Radford et al. 2016, arXiv:1511.06434, section 4, and the authors' code).
const init = normal(0.02);
const normInit = normal(0.02, 1);

/** The generator of DCGAN (arXiv:1511.06434, figure 1): latent [B, Z] to images [B, C, S, S] in [-1, 1]. */
export const dcganGenerator =
  ({
    image,
    width,
    head,
    upsample,
    kernel = 4,
    toImage = 'double',
    norm = 'batch',
  }: DcganOptions): NetworkFunction =>
  (scope, z) => {
    const [base, ...larger] = sidesOf(image[1]!, kernel) as [number, ...number[]];
    // Doublings to feature maps; the last one may make the image itself.
    const inner = toImage === 'double' ? larger.slice(0, -1) : larger;
    const first = head === 'conv' ? width * 2 ** inner.length : Number(head.slice('dense-'.length));
    const shaped = (side: number) => ({ upsample, init, kernel, odd: side % 2 === 1 });
    let x = scope.in('project', (scope) => project(scope, z!, { channels: first, size: base, head, norm }));
    inner.forEach((side, i) => {
      const channels = first / 2 ** (i + 1);
      x = upBlock(scope, `up${i + 1}`, x, { channels, bias: false, norm, normInit, ...shaped(side) });
    });
    const last = { channels: image[0]!, bias: false } as const;
    if (toImage === 'conv') return tanh(conv2d(scope, 'out', x, { ...last, init, kernel: 3, padding: 1 }));
    return upBlock(scope, 'out', x, { ...last, norm: 'none', activation: 'tanh', ...shaped(image[1]!) });
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
