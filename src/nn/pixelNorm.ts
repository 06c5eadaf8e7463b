import { div, sqrt, type Tensor } from '../graph/index.ts';
import { expectLayout } from './parameters.ts';

/** Divides each pixel's vector of channels, or each row of [B, F], by its root mean square (arXiv:1710.10196, 4.2). */
export function pixelNorm(x: Tensor, { eps = 1e-8 } = {}): Tensor {
  expectLayout(x, 'pixelNorm', ['[B, F]', '[B, C, H, W]'], 'reshape it');
  const meanSquare = x.mul(x).mean({ axes: 1, keep: true });
  return x.mul(div(1, sqrt(meanSquare.add(eps))));
}
