import { abs, add, cast, less, mul, sub } from '../../../graph/ops/elementwise.ts';
import { tensor } from '../../../graph/ops/leaf.ts';
import { reshape } from '../../../graph/ops/movement.ts';
import type { Tensor, TensorLike } from '../../../graph/tensor.ts';
import { columns, type Draws, withChance } from './chance.ts';

/** Random numbers an image takes. */
export const NOISE_DRAWS = { uniform: 1, normal: 1 };
export const CUTOUT_DRAWS = { uniform: 3, normal: 0 };

/**
 * Gaussian noise on images [B, C, H, W] with probability p, its deviation the size of a Gaussian of deviation 0.1 (Karras et al.
 * 2020, arXiv:2006.06676, appendix B).
 *
 * @param pixels standard Gaussian, of x's shape.
 */
export function addNoise(x: Tensor, p: TensorLike, { uniform, normal }: Draws, pixels: Tensor): Tensor {
  const deviation = withChance(p, uniform, mul(abs(normal), 0.1), 0);
  return add(x, mul(pixels, reshape(deviation, [x.shape[0]!, 1, 1, 1])));
}

/** Sets a rectangle of half the image's sides to zero with probability p (same appendix). */
export function cutOut(x: Tensor, p: TensorLike, uniform: Tensor): Tensor {
  const [batch, , height, width] = x.shape as [number, number, number, number];
  const [doCut, across, down] = columns(uniform) as [Tensor, Tensor, Tensor];
  const inside = (centre: Tensor, size: number, shape: number[]) => {
    const places = tensor(
      Float64Array.from({ length: size }, (_, i) => (i + 0.5) / size),
      shape,
    );
    return cast(less(abs(sub(places, reshape(centre, [batch, 1, 1, 1]))), 0.25), 'float32');
  };
  const hidden = mul(inside(across, width, [1, 1, 1, width]), inside(down, height, [1, 1, height, 1]));
  const happens = reshape(cast(less(doCut, p), 'float32'), [batch, 1, 1, 1]);
  return mul(x, sub(1, mul(hidden, happens)));
}
