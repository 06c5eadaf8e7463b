import { ShapeError } from '../base/errors.ts';
import { matmul, maxPool, softmax, type Tensor } from '../graph/index.ts';
import { conv2d } from './conv.ts';
import { zeros } from './initializers.ts';
import { expectLayout, type WeightOptions } from './parameters.ts';
import type { Scope } from './scope.ts';

/**
 * Self-attention between the places of an image: x + gain * out(sum over places of softmax(query' key) value), with the scalar
 * `gain` beginning at 0 (Zhang et al. 2019, arXiv:1805.08318, section 3). `query` and `key` have C / 8 channels, `value` C / 2, and
 * all four are 1x1 convolutions without bias. [B, C, H, W] to the same.
 *
 * The paper keeps all places and has C / 8 channels in `value` too; here, as in the authors' code, keys and values are
 * the largest of each 2x2 places, and `value` has C / 2 channels.
 *
 * @throws ShapeError when the channels do not divide by 8.
 */
export const selfAttention = (
  scope: Scope,
  name: string,
  x: Tensor,
  weights: Pick<WeightOptions, 'init' | 'spectralNorm'> = {},
): Tensor =>
  scope.in(name, (scope) => {
    expectLayout(x, 'selfAttention', ['[B, C, H, W]'], 'reshape it to images first');
    const [batch, channels, height, width] = x.shape as [number, number, number, number];
    if (channels % 8 !== 0) {
      throw new ShapeError(
        `selfAttention: queries have an eighth of the channels, so ${channels} must be a multiple of 8`,
      );
    }
    const project = (layer: string, y: Tensor, count: number) =>
      conv2d(scope, layer, y, { ...weights, channels: count, kernel: 1, bias: false });
    /** Places in one row: [B, count, places]. */
    const inRow = (y: Tensor) => y.reshape([batch, y.shape[1]!, y.shape[2]! * y.shape[3]!]);

    const query = inRow(project('query', x, channels / 8));
    const key = inRow(maxPool(project('key', x, channels / 8), 2));
    const value = inRow(maxPool(project('value', x, channels / 2), 2));
    const attention = softmax(matmul(query, key, { transposeA: true }), 2); // [B, H W, places of keys]
    const gathered = matmul(value, attention, { transposeB: true }); // [B, C / 2, H W]
    const result = project('out', gathered.reshape([batch, channels / 2, height, width]), channels);
    return x.add(result.mul(scope.param('gain', [], zeros)));
  });
