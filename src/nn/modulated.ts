import { conv, div, matmul, sqrt, type Tensor } from '../graph/index.ts';
import { equalizedDense } from './equalized.ts';
import { convUp } from './fir.ts';
import { normal } from './initializers.ts';
import { expectCount, expectLayout } from './parameters.ts';
import type { Scope } from './scope.ts';

export interface ModulatedConvOptions {
  /** Channels of the result. */
  channels: number;
  /** Side of the kernel, odd. Default 3. */
  kernel?: number;
  /** Double height and width. Default false. */
  up?: boolean;
  /** Bring each output channel back to unit variance. Default true. */
  demodulate?: boolean;
  /** Factor on the result. Default 1. */
  outputGain?: number;
}

/**
 * A convolution of [B, C, H, W] whose weights are scaled by a style of each example, w [B, W]: w' = s_i w_ijk, and with
 * demodulation w'' = w' / sqrt(sum_ik w'^2 + 1e-8) (Karras et al. 2020, arXiv:1912.04958, section 2.2, equations 1 and 3).
 * Parameters `weight` [channels, C, k, k] and, for the style, `style/weight` [C, W] and `style/bias` [C], which begins at 1.
 *
 * One convolution for the whole batch: styles scale what goes in, demodulation what comes out, which is the same thing.
 *
 * @throws ShapeError when x is no image or w no vector an example.
 */
export const modulatedConv2d = (
  scope: Scope,
  name: string,
  x: Tensor,
  w: Tensor,
  { channels, kernel = 3, up = false, demodulate = true, outputGain = 1 }: ModulatedConvOptions,
): Tensor =>
  scope.in(name, (scope) => {
    expectLayout(x, 'modulatedConv2d', ['[B, C, H, W]'], 'reshape it to images first');
    expectCount(channels, 'modulatedConv2d', 'channels');
    expectCount(kernel, 'modulatedConv2d', 'kernel');
    const inputs = x.shape[1]!;
    const style = equalizedDense(scope, 'style', w, { units: inputs, biasInit: 1 }); // [B, C]
    const weight = scope.param('weight', [channels, inputs, kernel, kernel], normal(1));
    // Demodulation cancels any factor on the weight, so the authors scale it only where there is none.
    const gain = demodulate ? 1 : outputGain / Math.sqrt(inputs * kernel * kernel);
    const scaled = x.mul(perChannel(gain === 1 ? style : style.mul(gain)));
    const padding = (kernel - 1) / 2;
    const y = up
      ? convUp(scaled, weight)
      : conv(scaled, weight, { padding: [padding, padding, padding, padding] });
    return demodulate ? y.mul(perChannel(demodulation(weight, style, outputGain))) : y;
  });

/** outputGain / sqrt(sum_ik (s_i w_ijk)^2 + 1e-8), [B, channels]. */
function demodulation(weight: Tensor, style: Tensor, outputGain: number): Tensor {
  const energy = weight.mul(weight).sum({ axes: [2, 3] }); // [channels, C]
  const total = matmul(style.mul(style), energy, { transposeB: true });
  return div(outputGain, sqrt(total.add(1e-8)));
}

/** [B, C] to [B, C, 1, 1] */
const perChannel = (x: Tensor): Tensor => x.reshape([...x.shape, 1, 1]);
