import { flatten, reshape } from '../graph/ops/movement.ts';
import { max } from '../graph/ops/reduce.ts';
import { type Shape, sizeOf } from '../graph/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { type Activation, activate } from './activation.ts';
import { batchNorm } from './batchNorm.ts';
import { dense } from './dense.ts';
import { dropout } from './dropout.ts';
import type { Initializer, NetworkFunction, Scope } from './scope.ts';

export interface MlpOptions {
  /** Units of the hidden layers, first to last. */
  hidden: readonly number[];
  /** After each hidden layer. `maxout` keeps the largest of five linear pieces a unit (Goodfellow et al. 2013). */
  activation: Activation | 'maxout';
  /** Shape of one output example. */
  output: Shape;
  /** After the last layer. Default: none. */
  outputActivation?: Activation;
  /** Batch normalisation before each hidden activation. */
  batchNorm?: boolean;
  /** Share of hidden units set to zero in training. */
  dropout?: number;
  /** Share of inputs set to zero in training. */
  inputDropout?: number;
  /** Initial weights. Default: as PyTorch's Linear. */
  init?: Initializer;
}

const MAXOUT_PIECES = 5;

/** A multilayer perceptron: layers `fc1`, `fc2`, ... and `out`, from flattened examples to `output`. */
export const mlp =
  (options: MlpOptions): NetworkFunction =>
  (scope, x) => {
    const { hidden, output, outputActivation = 'none', init } = options;
    let h = withDropout(scope, 'dropout0', flatten(x!), options.inputDropout);
    hidden.forEach((units, i) => {
      h = hiddenLayer(scope, i + 1, h, units, options);
    });
    const y = dense(scope, 'out', h, { units: sizeOf(output), ...(init ? { init } : {}) });
    return reshape(activate(y, outputActivation), [x!.shape[0]!, ...output]);
  };

function hiddenLayer(scope: Scope, number: number, x: Tensor, units: number, options: MlpOptions): Tensor {
  const { activation, batchNorm: normalise, init } = options;
  const pieces = activation === 'maxout' ? MAXOUT_PIECES : 1;
  const linear = dense(scope, `fc${number}`, x, { units: units * pieces, ...(init ? { init } : {}) });
  const normalised = normalise ? batchNorm(scope, `bn${number}`, linear) : linear;
  const active =
    activation === 'maxout'
      ? max(reshape(normalised, [x.shape[0]!, units, pieces]), { axes: 2 }) // [B, units]
      : activate(normalised, activation);
  return withDropout(scope, `dropout${number}`, active, options.dropout);
}

const withDropout = (scope: Scope, name: string, x: Tensor, probability = 0): Tensor =>
  probability > 0 ? dropout(scope, name, x, { probability }) : x;
