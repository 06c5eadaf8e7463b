import { UsageError } from '../base/errors.ts';
import { averagePool, type Tensor, upsampleNearest } from '../graph/index.ts';
import { type Activation, activate } from './activation.ts';
import { conv2d, convTranspose2d } from './conv.ts';
import { cancelsBias, type Norm, normalise } from './norms.ts';
import type { WeightOptions } from './parameters.ts';
import type { Initializer, Scope } from './scope.ts';

/** Options of the blocks: convolution, normalisation, activation. */
export interface BlockOptions extends WeightOptions {
  /** Channels of the result. */
  channels: number;
  /** Add a bias to the convolution. Default: unless its normalisation would cancel it. */
  bias?: boolean;
  /** Default 'batch'. */
  norm?: Norm;
  /** Initial scale of the normalisation. Default 1. */
  normInit?: Initializer;
  /** Default as each block says. */
  activation?: Activation;
}

export interface DownBlockOptions extends BlockOptions {
  /** Side of the convolution: 4 halves odd sides rounding down, 3 rounding up. Default 4. */
  kernel?: 3 | 4;
}

/**
 * Halves height and width: convolution `conv` of 4x4 or 3x3 with stride 2, normalisation `norm`, activation (default
 * leakyRelu). The block of DCGAN's critic (arXiv:1511.06434). [B, C, H, W] to [B, channels, H / 2, W / 2].
 */
export const downBlock = (scope: Scope, name: string, x: Tensor, options: DownBlockOptions): Tensor =>
  scope.in(name, (scope) => {
    const { norm = 'batch', activation = 'leakyRelu', kernel = 4 } = options;
    const y = conv2d(scope, 'conv', x, { ...convOptions(options, norm), kernel, stride: 2, padding: 1 });
    return activate(normalise(scope, 'norm', y, norm, normOptions(options)), activation);
  });

export interface UpBlockOptions extends BlockOptions {
  /**
   * A transposed convolution of 4x4 with stride 2, as DCGAN's generator; or every pixel twice, then a convolution of 3x3,
   * which leaves no checkerboard (Odena et al. 2016, doi:10.23915/distill.00003). Default 'transpose'.
   */
  upsample?: 'transpose' | 'resize';
  /** Side of the transposed convolution. Default 4. */
  kernel?: 3 | 4;
  /** Makes sides of 2 H - 1 and 2 W - 1, by a transposed convolution of 3x3. Default false. */
  odd?: boolean;
}

/**
 * Doubles height and width: convolution `conv`, normalisation `norm`, activation (default relu).
 * [B, C, H, W] to [B, channels, 2 H, 2 W].
 *
 * @throws UsageError when odd sides are asked for of another convolution.
 */
export const upBlock = (scope: Scope, name: string, x: Tensor, options: UpBlockOptions): Tensor =>
  scope.in(name, (scope) => {
    const { norm = 'batch', activation = 'relu', kernel = 4, odd = false } = options;
    const shared = convOptions(options, norm);
    if (odd && (options.upsample === 'resize' || kernel !== 3)) {
      throw new UsageError(
        'upBlock: odd sides need a transposed convolution of 3x3; choose upsample=transpose kernel=3',
      );
    }
    const y =
      options.upsample === 'resize'
        ? conv2d(scope, 'conv', upsampleNearest(x, 2), { ...shared, kernel: 3, padding: 1 })
        : convTranspose2d(scope, 'conv', x, {
            ...shared,
            kernel,
            stride: 2,
            padding: 1,
            outputPadding: kernel === 3 && !odd ? 1 : 0,
          });
    return activate(normalise(scope, 'norm', y, norm, normOptions(options)), activation);
  });

export interface ResidualBlockOptions extends BlockOptions {
  /** Nearest-neighbour doubling before the first convolution, or mean pooling after the second. Default 'none'. */
  resample?: 'none' | 'up' | 'down';
  /** False: the first convolution takes x as it is, as beside the image. Default true. */
  preactivation?: boolean;
}

/**
 * x + f(x) with f = `norm1`, activation, `conv1`, `norm2`, activation, `conv2` (He et al. 2016, arXiv:1603.05027;
 * resampling as in WGAN-GP, arXiv:1704.00028). Where shapes differ, x goes through a 1x1 convolution `shortcut`. Default
 * activation relu. [B, C, H, W] to [B, channels, H, W], or with H and W doubled or halved.
 */
export const residualBlock = (scope: Scope, name: string, x: Tensor, options: ResidualBlockOptions): Tensor =>
  scope.in(name, (scope) => {
    const {
      norm = 'batch',
      activation = 'relu',
      resample = 'none',
      channels,
      preactivation = true,
    } = options;
    const prepared = (y: Tensor, layer: string) =>
      activate(normalise(scope, layer, y, norm, normOptions(options)), activation);
    const kernel3 = { kernel: 3, padding: 1 };

    const before = preactivation ? prepared(x, 'norm1') : x;
    const wide = resample === 'up' ? upsampleNearest(before, 2) : before;
    const middle = conv2d(scope, 'conv1', wide, { ...convOptions(options, norm), ...kernel3 });
    // No normalisation follows the second convolution, so it has a bias.
    const plain = convOptions(options, 'none');
    const after = conv2d(scope, 'conv2', prepared(middle, 'norm2'), { ...plain, ...kernel3 });
    const branch = resample === 'down' ? averagePool(after, 2) : after;

    if (resample === 'none' && x.shape[1] === channels) return branch.add(x);
    // A 1x1 convolution commutes with resampling, so it is taken at the smaller size.
    const small = resample === 'down' ? averagePool(x, 2) : x;
    const shortcut = conv2d(scope, 'shortcut', small, { ...plain, kernel: 1 });
    return branch.add(resample === 'up' ? upsampleNearest(shortcut, 2) : shortcut);
  });

/** The convolution's share of the options, followed by the given normalisation. */
function convOptions({ channels, bias, init, biasInit, spectralNorm }: BlockOptions, norm: Norm) {
  return {
    channels,
    bias: bias ?? !cancelsBias(norm),
    ...(init && { init }),
    ...(biasInit && { biasInit }),
    ...(spectralNorm && { spectralNorm }),
  };
}

const normOptions = ({ normInit }: BlockOptions) => (normInit ? { weightInit: normInit } : {});
