import { leakyRelu, type Tensor } from '../graph/index.ts';
import type { CriticParts } from './critic.ts';
import {
  type EqualizedConvOptions,
  equalizedConv2d,
  equalizedConvWeight,
  equalizedDense,
  withBias,
} from './equalized.ts';
import { convDown, upsample2d } from './fir.ts';
import { frozen } from './frozen.ts';
import { normal, zeros } from './initializers.ts';
import { classMapping, type MappingOptions } from './mapping.ts';
import { modulatedConv2d } from './modulated.ts';
import { alongChannels } from './parameters.ts';
import type { NetworkFunction, Scope } from './scope.ts';
import { sidesOf } from './sizes.ts';

export interface Stylegan2Options {
  /** Channels, height and width of an image; square, 28 or a power of two from 8. */
  image: readonly number[];
  /** Channels beside the image; doubled at every halving of the resolution. */
  width: number;
  /** Channels at most. */
  most: number;
  /** Layers of the critic that are not trained, the first ones (Mo et al. 2020, arXiv:2002.10964). Default 0. */
  freeze?: number;
}

const SLOPE = 0.2;
const GAIN = Math.SQRT2;

/** Sides of the feature maps and their channels, the smallest side first. */
function stagesOf({ image, width, most }: Stylegan2Options): { side: number; channels: number }[] {
  const sides = sidesOf(image[1]!);
  return sides.map((side, i) => ({
    side,
    channels: Math.min(width * 2 ** (sides.length - 1 - i), most),
  }));
}

/** How many w the generator takes: one a convolution, and one for the last layer to the image. */
export const styleLayers = (image: readonly number[]): number => 2 * sidesOf(image[1]!).length;

/** Sides of what each w makes: of its convolution's output, and of the image for the last one. */
export const styleSides = (image: readonly number[]): number[] => {
  const sides = sidesOf(image[1]!);
  // One convolution at the smallest side, then two a side.
  return [...sides.flatMap((side) => [side, side]).slice(1), sides.at(-1)!];
};

/**
 * The synthesis network of StyleGAN2 with output skips (Karras et al. 2020, arXiv:1912.04958, sections 2 and 4, figure 7): w
 * [B, layers, W], `styleLayers` of them, to images [B, C, S, S] without a last activation. An image layer takes the w of the next
 * convolution, as the authors' code has it. Activations are not clamped, which float16 alone would need.
 */
export const stylegan2Generator =
  (options: Stylegan2Options): NetworkFunction =>
  (scope, styles) => {
    const [batch, layers, length] = styles!.shape as [number, number, number];
    const all = Array.from({ length: layers }, (_, i) => styles!.slice(1, i, i + 1).reshape([batch, length]));
    const remaining = all[Symbol.iterator]();
    const next = (): Tensor => remaining.next().value!;
    const [first, ...larger] = stagesOf(options) as [Stage, ...Stage[]];
    const { side, channels } = first;
    const toImage = (name: string, x: Tensor, w: Tensor) => imageLayer(scope, name, x, w, options.image[0]!);

    const learned = scope.param('constant', [1, channels, side, side], normal(1));
    // One for all examples: the first style makes it as many.
    let x = styleLayer(scope, `${side}/conv`, learned, next(), first);
    let w = next();
    let picture = toImage(`${side}/image`, x, w);
    for (const stage of larger) {
      x = styleLayer(scope, `${stage.side}/up`, x, w, { ...stage, up: true });
      x = styleLayer(scope, `${stage.side}/conv`, x, next(), stage);
      w = next();
      picture = upsample2d(picture).add(toImage(`${stage.side}/image`, x, w));
    }
    return picture;
  };

type Stage = { side: number; channels: number };

/** Modulated convolution, noise of learned strength, bias, leaky ReLU times sqrt(2). */
const styleLayer = (
  scope: Scope,
  name: string,
  x: Tensor,
  w: Tensor,
  { side, channels, up = false }: Stage & { up?: boolean },
): Tensor =>
  scope.in(name, (scope) => {
    // A leaky ReLU times sqrt(2) is one of sqrt(2) times its input, where the factor costs nothing.
    const y = modulatedConv2d(scope, 'conv', x, w, { channels, up, outputGain: GAIN });
    const bias = scope.param('bias', [channels], zeros).mul(GAIN);
    return leakyRelu(y.add(pixelNoise(scope, y, side)).add(alongChannels(bias, y)), SLOPE);
  });

/**
 * Gaussian noise, the same for all channels, times a learned strength that begins at 0: [B, 1, S, S]. Samples use the fixed
 * noise that the state `constant` [1, 1, S, S] keeps, so that one w makes one image.
 */
const pixelNoise = (scope: Scope, { shape: [batch] }: Tensor, side: number): Tensor =>
  scope.in('noise', (scope) => {
    const strength = scope.param('strength', [], zeros).mul(GAIN);
    const constant = scope.state('constant', [1, 1, side, side], normal(1));
    if (scope.mode === 'sample') return constant.mul(strength);
    return scope.random('pixels', [batch!, 1, side, side], { kind: 'normal', mean: 0, std: 1 }).mul(strength);
  });

/** A modulated 1x1 convolution without demodulation, and a bias. */
const imageLayer = (scope: Scope, name: string, x: Tensor, w: Tensor, channels: number): Tensor =>
  scope.in(name, (scope) => {
    const y = modulatedConv2d(scope, 'conv', x, w, { channels, kernel: 1, demodulate: false });
    return y.add(alongChannels(scope.param('bias', [channels], zeros), y));
  });

/**
 * The residual critic of StyleGAN2 (same sections): images [B, C, S, S] to features at the smallest side and to scores [B, 1].
 * Minibatch standard deviation stands between the two. `outputs` numbers in place of the score are for a conditional critic.
 */
export function stylegan2Critic(options: Stylegan2Options, outputs = 1): CriticParts {
  const [last, ...larger] = stagesOf(options) as [Stage, ...Stage[]];
  const stages = larger.reverse();
  return {
    features(scope, image) {
      const channels = stages[0]?.channels ?? last.channels;
      let layers = 0;
      // Counted as the authors do: the first layer, then a block's two convolutions and its skip.
      const next: Place = () => (layers++ < (options.freeze ?? 0) ? frozen(scope) : scope);
      let x = active(equalizedConv2d(next(), 'image', image!, { channels, kernel: 1, outputGain: GAIN }));
      stages.forEach((stage, i) => {
        x = residualDown(next, `${stage.side}`, x, stages[i + 1]?.channels ?? last.channels);
      });
      return x;
    },
    score(scope, features) {
      const { channels } = last;
      const x =
        features!.shape.length === 4
          ? active(equalizedConv2d(scope, 'conv', features!, { channels, kernel: 3, outputGain: GAIN }))
          : features!;
      const vector = active(
        equalizedDense(scope, 'dense', x.flatten(), { units: channels, outputGain: GAIN }),
      );
      return equalizedDense(scope, 'out', vector, { units: outputs });
    },
  };
}

/**
 * The critic of conditional StyleGAN2-ADA: the product of its last layer and a mapping of the class, over the root of their length
 * (Karras et al. 2020, arXiv:2006.06676, and the authors' code; a form of arXiv:1802.05637).
 */
export function conditionalCritic(
  options: Stylegan2Options,
  label: Tensor,
  mapping: Pick<MappingOptions, 'layers' | 'classes' | 'lrMultiplier'>,
): CriticParts {
  const width = stagesOf(options)[0]!.channels;
  const { features, score } = stylegan2Critic(options, width);
  return {
    features,
    score(scope, x) {
      const wanted = scope.in('mapping', (scope) => classMapping(scope, label, { ...mapping, width }));
      return score(scope, x!)
        .mul(wanted)
        .sum({ axes: 1, keep: true })
        .mul(1 / Math.sqrt(width));
    },
  };
}

const active = (x: Tensor): Tensor => leakyRelu(x, SLOPE);

/** (f(x) + skip(x)) / sqrt(2), both at half the size. */
function residualDown(next: Place, name: string, x: Tensor, channels: number): Tensor {
  const half = Math.SQRT1_2;
  const inner = { channels: x.shape[1]!, kernel: 3, outputGain: GAIN };
  const y = active(equalizedConv2d(next(), `${name}/conv`, x, inner));
  const branch = active(down(next(), `${name}/down`, y, { channels, kernel: 3, outputGain: GAIN * half }));
  return branch.add(down(next(), `${name}/skip`, x, { channels, kernel: 1, outputGain: half, bias: false }));
}

/** Where the next layer's parameters are, trained or not. */
type Place = () => Scope;

const down = (scope: Scope, name: string, x: Tensor, options: EqualizedConvOptions): Tensor =>
  scope.in(name, (scope) => withBias(scope, convDown(x, equalizedConvWeight(scope, x, options)), options));
