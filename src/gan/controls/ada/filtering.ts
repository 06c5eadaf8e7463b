import { add, div, exp, mul, sqrt } from '../../../graph/ops/elementwise.ts';
import { tensor } from '../../../graph/ops/leaf.ts';
import { matmul } from '../../../graph/ops/matmul.ts';
import { reshape } from '../../../graph/ops/movement.ts';
import { sum } from '../../../graph/ops/reduce.ts';
import type { Tensor, TensorLike } from '../../../graph/tensor.ts';
import { columns, type Draws, LOG2, withChance } from './chance.ts';
import { filterBank, reflected } from './wavelets.ts';

/** Random numbers an image takes. */
export const FILTER_DRAWS = { uniform: 4, normal: 4 };

/** Power of the four bands in photographs, whose spectrum falls as 1 / f; sums to 1. */
const POWER = [10 / 13, 1 / 13, 1 / 13, 1 / 13];

/**
 * Amplifies or weakens four bands of frequencies of images [B, C, H, W], each with probability p, at equal expected power (Karras
 * et al. 2020, arXiv:2006.06676, appendix B). Images are reflected at their sides, small ones more than once.
 */
export function filterBands(x: Tensor, p: TensorLike, draws: Draws): Tensor {
  const [batch, , height, width] = x.shape as [number, number, number, number];
  const uniform = columns(draws.uniform);
  const gains = columns(draws.normal).map((n, band) =>
    bandGains(withChance(p, uniform[band]!, exp(mul(n, LOG2)), 1), band),
  );
  const gain = gains.reduce((product, next) => mul(product, next)); // [B, 4]
  const along = (n: number) => reshape(matmul(gain, tensor(bandMatrices(n), [4, n * n])), [batch, 1, n, n]);
  return matmul(matmul(along(height), x), along(width), { transposeB: true });
}

/** A gain t of one band and 1 of the others, [B, 4], brought to the expected power of no change. */
function bandGains(t: Tensor, band: number): Tensor {
  const isBand = tensor(
    POWER.map((_, i) => (i === band ? 1 : 0)),
    [1, 4],
  );
  const others = tensor(
    POWER.map((_, i) => (i === band ? 0 : 1)),
    [1, 4],
  );
  const gains = add(mul(t, isBand), others);
  const power = sum(mul(mul(gains, gains), tensor(POWER, [1, 4])), { axes: 1, keep: true });
  return div(gains, sqrt(power));
}

/** Each band's filter along an axis of n pixels, four matrices [n, n]. */
function bandMatrices(n: number): Float64Array {
  const out = new Float64Array(4 * n * n);
  filterBank().forEach((filter, band) => {
    const middle = (filter.length - 1) / 2;
    for (let i = 0; i < n; i++) {
      filter.forEach((tap, k) => {
        out[(band * n + i) * n + reflected(i + k - middle, n)]! += tap;
      });
    }
  });
  return out;
}
