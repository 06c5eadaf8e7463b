import { flatten, reshape } from '../graph/ops/movement.ts';
import { max } from '../graph/ops/reduce.ts';
import { type Shape, sizeOf } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { type Activation, activate } from './activation.ts';
import type { CriticParts } from './critic.ts';
import { dense } from './dense.ts';
import { dropout } from './dropout.ts';
import { type Norm, normalise } from './norms.ts';
import { withOctaves } from './octaves.ts';
import type { Initializer, NetworkFunction, Scope } from './scope.ts';

export interface HiddenOptions {
  /** Units of the hidden layers, first to last. */
  hidden: readonly number[];
  /** After each hidden layer. `maxout` keeps the largest of five linear pieces a unit (Goodfellow et al. 2013). */
  activation: Activation | 'maxout';
  /** Before each hidden activation. Default 'none'. */
  norm?: Norm;
  /** Share of hidden units set to zero in training. */
  dropout?: number;
  /** Share of inputs set to zero in training. */
  inputDropout?: number;
  /** Initial weights. Default: as PyTorch's Linear. */
  init?: Initializer;
  /** Divide every weight by its largest singular value. */
  spectralNorm?: boolean;
  /** Sines and cosines of the input in so many octaves, which the network sees beside it. Default 0. */
  octaves?: number;
}

export interface MlpOptions extends HiddenOptions {
  /** Shape of one output example. */
  output: Shape;
  /** After the last layer. Default: none. */
  outputActivation?: Activation;
}

const MAXOUT_PIECES = 5;

/** A multilayer perceptron: layers `fc1`, `fc2`, ... and `out`, from flattened examples to `output`. */
export const mlp =
  (options: MlpOptions): NetworkFunction =>
  (scope, x) => {
    const { output, outputActivation = 'none' } = options;
    const y = lastLayer(scope, hiddenLayers(scope, x!, options), sizeOf(output), options);
    return reshape(activate(y, outputActivation), [x!.shape[0]!, ...output]);
  };

/** A perceptron as a critic: the same layers, to features [B, F] and to scores [B, 1]. */
export const mlpCritic = (options: HiddenOptions): CriticParts => ({
  features: (scope, x) => hiddenLayers(scope, x!, options),
  score: (scope, features) => lastLayer(scope, features!, 1, options),
});

/** [B, ...] to [B, units of the last hidden layer]. */
const hiddenLayers = (scope: Scope, x: Tensor, options: HiddenOptions): Tensor =>
  options.hidden.reduce(
    (h, units, i) => hiddenLayer(scope, i + 1, h, units, options),
    withDropout(scope, 'dropout0', withOctaves(flatten(x), options.octaves), options.inputDropout),
  );

const lastLayer = (scope: Scope, features: Tensor, units: number, options: HiddenOptions): Tensor =>
  dense(scope, 'out', features, { units, ...weightsOf(options) });

const weightsOf = ({ init, spectralNorm }: HiddenOptions) => ({
  ...(init ? { init } : {}),
  ...(spectralNorm ? { spectralNorm } : {}),
});

function hiddenLayer(scope: Scope, number: number, x: Tensor, units: number, options: HiddenOptions): Tensor {
  const { activation, norm = 'none' } = options;
  const pieces = activation === 'maxout' ? MAXOUT_PIECES : 1;
  const linear = dense(scope, `fc${number}`, x, { units: units * pieces, ...weightsOf(options) });
  const normalised = normalise(scope, `bn${number}`, linear, norm);
  const active =
    activation === 'maxout'
      ? max(reshape(normalised, [x.shape[0]!, units, pieces]), { axes: 2 }) // [B, units]
      : activate(normalised, activation);
  return withDropout(scope, `dropout${number}`, active, options.dropout);
}

const withDropout = (scope: Scope, name: string, x: Tensor, probability = 0): Tensor =>
  probability > 0 ? dropout(scope, name, x, { probability }) : x;
