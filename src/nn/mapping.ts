import { UsageError } from '../base/errors.ts';
import {
  cast,
  concat,
  gather,
  leakyRelu,
  less,
  stopGradient,
  type Tensor,
  type TensorLike,
  tensor,
} from '../graph/index.ts';
import { equalizedBias, equalizedDense } from './equalized.ts';
import { normal, zeros } from './initializers.ts';
import { expectCount } from './parameters.ts';
import { pixelNorm } from './pixelNorm.ts';
import type { NetworkFunction, Scope } from './scope.ts';

export interface MappingOptions {
  /** Length of w, and units of every hidden layer. */
  width: number;
  /** Layers. Default 8. */
  layers?: number;
  /** Learning rate of the layers beside that of other networks. Default 0.01. */
  lrMultiplier?: number;
  /** Classes the second input names, each embedded as `width` numbers; 0 for none. Default 0. */
  classes?: number;
  /** Where the gain sqrt(2) of the leaky ReLU stands: after it (StyleGAN2), or on its weights alone (StyleGAN). */
  gainOn?: 'output' | 'weight';
  /** Share of the running mean of w that stays at each call in training; undefined for no mean. Default 0.995. */
  decay?: number | undefined;
}

const SLOPE = 0.2;

/**
 * The mapping network of StyleGAN: latents z [B, Z], and classes int32 [B] if there are any, to w [B, width] (Karras et al. 2019,
 * arXiv:1812.04948, section 2; class embedding: Karras et al. 2020, arXiv:2006.06676, and the authors' code). Both inputs are brought
 * to unit mean square; layers `fc1`, `fc2`, ... have leaky ReLUs of slope 0.2, the last one too. The state `w/mean` [width] follows
 * the mean of w; calls that advance no states leave it.
 */
export const mappingNetwork = (options: MappingOptions): NetworkFunction => {
  const { decay = 0.995, classes = 0 } = options;
  return (scope, z, label) => {
    const parts = [pixelNorm(z!), ...(classes > 0 ? [classCode(scope, label!, options)] : [])];
    const w = mappingLayers(scope, concat(parts, 1), options);
    followMean(scope, w, decay);
    return w;
  };
};

/** The mapping of classes alone that a conditional critic compares its features with: int32 [B] to [B, width]. */
export const classMapping = (scope: Scope, label: Tensor, options: MappingOptions): Tensor =>
  mappingLayers(scope, classCode(scope, label, options), options);

/** A learned row for each class at unit mean square, [B, width]: a dense layer of labels as rows of zeros with a one. */
function classCode(scope: Scope, label: Tensor, { width, classes = 0 }: MappingOptions): Tensor {
  expectCount(classes, 'mappingNetwork', 'classes');
  return scope.in('class', (scope) => {
    const table = scope.param('weight', [classes, width], normal(1)).mul(1 / Math.sqrt(classes));
    return pixelNorm(gather(table, label).add(equalizedBias(scope, width)!));
  });
}

function mappingLayers(scope: Scope, x: Tensor, options: MappingOptions): Tensor {
  const { width, layers = 8, lrMultiplier = 0.01, gainOn = 'output' } = options;
  expectCount(layers, 'mappingNetwork', 'layers');
  const gain = gainOn === 'output' ? { outputGain: Math.SQRT2 } : { gain: Math.SQRT2 };
  let h = x;
  for (let layer = 1; layer <= layers; layer++) {
    h = leakyRelu(equalizedDense(scope, `fc${layer}`, h, { units: width, lrMultiplier, ...gain }), SLOPE);
  }
  return h;
}

/** Moves the state `w/mean` to the mean of a batch of w by a share of 1 - decay. */
function followMean(scope: Scope, w: Tensor, decay: number | undefined): void {
  if (decay === undefined) return;
  scope.in('w', (scope) => {
    const before = runningMean(scope, w.shape[1]!);
    if (scope.mode !== 'train') return;
    const now = stopGradient(w).mean({ axes: 0 });
    scope.advance('mean', before.mul(decay).add(now.mul(1 - decay)));
  });
}

/** The running mean of w [width] of a mapping network M: `M.in('w', (scope) => runningMean(scope, width))`. */
export const runningMean = (scope: Scope, width: number): Tensor => scope.state('mean', [width], zeros);

/** One w for all layers of a synthesis network: [B, W] to [B, layers, W]. */
export const forLayers = (w: Tensor, layers: number): Tensor =>
  w.reshape([w.shape[0]!, 1, w.shape[1]!]).broadcast([w.shape[0]!, layers, w.shape[1]!]);

export interface TruncationOptions {
  /** 0 for the mean of w, 1 for w as it is. */
  psi: TensorLike;
  /** Layers this applies to, the coarsest first. Default: all. */
  cutoff?: number | undefined;
}

/**
 * The truncation trick in W: mean + psi (w - mean), of the first `cutoff` layers of w [B, L, W] (arXiv:1812.04948, appendix B).
 *
 * @param mean [W]
 * @throws UsageError when there are not so many layers.
 */
export function truncate(w: Tensor, mean: Tensor, { psi, cutoff = w.shape[1]! }: TruncationOptions): Tensor {
  const layers = w.shape[1]!;
  if (!(Number.isInteger(cutoff) && cutoff >= 0 && cutoff <= layers)) {
    throw new UsageError(
      `truncation: the cutoff must be a whole number from 0 to the ${layers} layers, not ${cutoff}`,
    );
  }
  if (cutoff === 0) return w;
  const near = (part: Tensor) => mean.add(part.sub(mean).mul(psi));
  if (cutoff === layers) return near(w);
  return concat([near(w.slice(1, 0, cutoff)), w.slice(1, cutoff, layers)], 1);
}

/**
 * Style mixing: the first layers of an example take one w, those from a random crossover on another (arXiv:1812.04948, section 3.1).
 * Each example has a crossover of its own; the authors' code draws one for each processor's share of a batch, 4 or 8 images.
 *
 * @param crossover uniform in [0, 1), [B, 1]: all crossovers after the first layer are equally likely.
 * @param mixed 1 where an example is mixed, else 0, [B, 1].
 */
export function mixStyles(first: Tensor, second: Tensor, crossover: Tensor, mixed: Tensor): Tensor {
  const [batch, layers] = first.shape as [number, number, number];
  const places = Float64Array.from({ length: layers }, (_, i) => i);
  const later = cast(less(crossover.mul(layers - 1), tensor(places, [1, layers])), 'float32'); // [B, L]
  return first.add(later.mul(mixed).reshape([batch, layers, 1]).mul(second.sub(first)));
}
