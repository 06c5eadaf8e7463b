import { leakyRelu, type Tensor } from '../graph/index.ts';
import { adaptiveInstanceNorm } from './adaptiveInstanceNorm.ts';
import type { CriticParts } from './critic.ts';
import { equalizedConv2d, equalizedConvWeight } from './equalized.ts';
import { blur2d, convUp } from './fir.ts';
import { channelsAt, growingImages, resolutionsUpTo, scaleName } from './growing.ts';
import { normal, ones, zeros } from './initializers.ts';
import { alongChannels } from './parameters.ts';
import { type ProganOptions, proganCritic } from './progan.ts';
import type { NetworkFunction, Scope } from './scope.ts';

const GAIN = Math.SQRT2;
const SLOPE = 0.2;

/** The low-pass filter of activations that are resampled. */
const BLUR = [1, 2, 1];
const NEAREST = [1, 1];

/** How many w a generator of a resolution takes: one a convolution, and one for the constant. */
export const styleganLayers = (resolution: number): number => 2 * resolutionsUpTo(resolution).length;

/**
 * The synthesis network of StyleGAN (Karras et al. 2019, arXiv:1812.04948, section 2, figure 1b), growing as ProGAN does: w [B, layers,
 * W], `styleganLayers` of its resolution, to images [B, C, size, size] without a last activation.
 */
export const styleganGenerator =
  (options: ProganOptions): NetworkFunction =>
  (scope, styles) => {
    const [batch, , length] = styles!.shape as [number, number, number];
    const styleOf = (layer: number) => styles!.slice(1, layer, layer + 1).reshape([batch, length]);
    /** A convolution at the same resolution, and what follows it. */
    const conv = (scope: Scope, name: string, x: Tensor, layer: number) =>
      scope.in(name, (scope) => {
        const made = { channels: x.shape[1]!, kernel: 3, gain: GAIN, bias: false };
        return styled(scope, equalizedConv2d(scope, 'conv', x, made), styleOf(layer));
      });
    return growingImages(options, {
      first: () =>
        scope.in(scaleName(4), (scope) => {
          const shape = [channelsAt(4, options), 4, 4];
          const start = scope.in('constant', (scope) => {
            // The noise or the style brings the batch.
            return styled(scope, scope.param('constant', [1, ...shape], ones), styleOf(0));
          });
          return conv(scope, 'conv', start, 1);
        }),
      block: (resolution, x) =>
        scope.in(scaleName(resolution), (scope) => {
          const layer = styleganLayers(resolution) - 2;
          const larger = scope.in('conv0', (scope) => {
            const made = { channels: channelsAt(resolution, options), kernel: 3, gain: GAIN };
            const weight = scope.in('conv', (scope) => equalizedConvWeight(scope, x, made));
            return styled(scope, blur2d(convUp(x, weight, NEAREST), BLUR), styleOf(layer));
          });
          return conv(scope, 'conv1', larger, layer + 1);
        }),
      toImage: (resolution, x) =>
        scope.in(scaleName(resolution), (scope) =>
          equalizedConv2d(scope, 'toImage', x, { channels: options.colours, kernel: 1 }),
        ),
    });
  };

/** Noise, bias, leaky ReLU and the style. */
function styled(scope: Scope, x: Tensor, w: Tensor): Tensor {
  const bias = scope.param('bias', [x.shape[1]!], zeros);
  const active = leakyRelu(withNoise(scope, x, w.shape[0]!).add(alongChannels(bias, x)), SLOPE);
  return adaptiveInstanceNorm(scope, 'adain', active, w);
}

/**
 * Adds Gaussian noise, the same for all channels but for a learned strength each, which begins at 0. Samples use the fixed noise that
 * the state `constant` [1, 1, H, W] keeps, so that one w makes one image.
 */
const withNoise = (scope: Scope, x: Tensor, batch: number): Tensor =>
  scope.in('noise', (scope) => {
    const [, channels, height, width] = x.shape as [number, number, number, number];
    const strength = alongChannels(scope.param('strength', [channels], zeros), x);
    const constant = scope.state('constant', [1, 1, height, width], normal(1));
    if (scope.mode === 'sample') return x.add(constant.mul(strength));
    const pixels = scope.random('pixels', [batch, 1, height, width], { kind: 'normal', mean: 0, std: 1 });
    return x.add(pixels.mul(strength));
  });

/** The critic of StyleGAN: ProGAN's, with maps blurred before they shrink (same paper, section 2). */
export const styleganCritic = (options: ProganOptions): CriticParts =>
  proganCritic(options, (x) => blur2d(x, BLUR));
