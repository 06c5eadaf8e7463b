import { leakyRelu, type Tensor } from '../graph/index.ts';
import type { CriticParts } from './critic.ts';
import {
  type EqualizedConvOptions,
  equalizedConv2d,
  equalizedConvWeight,
  equalizedDense,
  withBias,
} from './equalized.ts';
import { convDown, convUp } from './fir.ts';
import { channelsAt, type Growth, growingFeatures, growingImages, scaleName } from './growing.ts';
import { pixelNorm } from './pixelNorm.ts';
import type { NetworkFunction, Scope } from './scope.ts';

export interface ProganOptions extends Growth {
  /** Channels of an image. */
  colours: number;
  /** Channels of maps at the full size; doubled at every halving of the resolution. */
  width: number;
  /** The most channels of maps. */
  maxWidth: number;
}

// The gain of He's initialisation, also before leaky ReLUs, whose slope the authors' code leaves out of it.
const GAIN = Math.SQRT2;
const SLOPE = 0.2;

/** Nearest neighbours when enlarging, the mean of 2x2 pixels when shrinking. */
const BOX = [1, 1];

const activated = (x: Tensor): Tensor => leakyRelu(x, SLOPE);

/** A 3x3 convolution at twice or half the resolution. Its bias stands after the resampling. */
function resampling(scope: Scope, x: Tensor, channels: number, resample: typeof convUp): Tensor {
  const options: EqualizedConvOptions = { channels, kernel: 3, gain: GAIN };
  return withBias(scope, resample(x, equalizedConvWeight(scope, x, options), BOX), options);
}

/**
 * The generator of ProGAN (Karras et al. 2018, arXiv:1710.10196, table 2): latent [B, Z] to images [B, C, size, size], without a last
 * activation. Every layer has an equalised learning rate, a leaky ReLU and pixelwise normalisation.
 */
export const proganGenerator =
  (options: ProganOptions): NetworkFunction =>
  (scope, z) => {
    const normalised = (x: Tensor) => pixelNorm(activated(x));
    const conv = (scope: Scope, name: string, x: Tensor, channels: number) =>
      normalised(equalizedConv2d(scope, name, x, { channels, kernel: 3, gain: GAIN }));
    return growingImages(options, {
      first: () =>
        scope.in(scaleName(4), (scope) => {
          const channels = channelsAt(4, options);
          const start = scope.in('dense', (scope) => {
            // A gain of a quarter of the others', as the authors have it; one bias for each channel.
            const made = { units: 16 * channels, gain: GAIN / 4, bias: false };
            const flat = equalizedDense(scope, 'spread', pixelNorm(z!), made);
            return withBias(scope, flat.reshape([flat.shape[0]!, channels, 4, 4]), {});
          });
          return conv(scope, 'conv', normalised(start), channels);
        }),
      block: (resolution, x) =>
        scope.in(scaleName(resolution), (scope) => {
          const channels = channelsAt(resolution, options);
          const larger = scope.in('conv0', (scope) => normalised(resampling(scope, x, channels, convUp)));
          return conv(scope, 'conv1', larger, channels);
        }),
      toImage: (resolution, x) =>
        scope.in(scaleName(resolution), (scope) =>
          equalizedConv2d(scope, 'toImage', x, { channels: options.colours, kernel: 1 }),
        ),
    });
  };

/**
 * The critic of ProGAN (same table): images [B, C, size, size] to features [B, K, 4, 4], and these, with the standard deviation
 * of the batch joined to them, to scores [B, 1].
 *
 * @param smoothed what is made of maps before they shrink; StyleGAN blurs them.
 */
export function proganCritic(options: ProganOptions, smoothed = (x: Tensor): Tensor => x): CriticParts {
  const conv = (scope: Scope, name: string, x: Tensor, channels: number, kernel: number) =>
    activated(equalizedConv2d(scope, name, x, { channels, kernel, gain: GAIN }));
  return {
    features: (scope, image) =>
      growingFeatures(image!, options, {
        fromImage: (resolution, x) =>
          scope.in(scaleName(resolution), (scope) =>
            conv(scope, 'fromImage', x, channelsAt(resolution, options), 1),
          ),
        block: (resolution, x) =>
          scope.in(scaleName(resolution), (scope) => {
            const same = conv(scope, 'conv0', x, channelsAt(resolution, options), 3);
            const channels = channelsAt(resolution / 2, options);
            return scope.in('conv1', (scope) =>
              activated(resampling(scope, smoothed(same), channels, convDown)),
            );
          }),
      }),
    score: (scope, features) =>
      scope.in(scaleName(4), (scope) => {
        const mixed = conv(scope, 'conv', features!, channelsAt(4, options), 3);
        const units = channelsAt(2, options);
        const vector = activated(equalizedDense(scope, 'dense', mixed.flatten(), { units, gain: GAIN }));
        return equalizedDense(scope, 'out', vector, { units: 1 });
      }),
  };
}
