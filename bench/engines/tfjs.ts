import * as tf from '@tensorflow/tfjs';
import type { Workload } from '../workload.ts';
import type { ConvLayer, Layer, Sampling, Training } from './workloads.ts';

// The steps of the benchmark as a user of TensorFlow.js would write them. Images are [N, H, W, C]: the gradients of its
// convolutions take no other order. Running statistics are not kept in training, which costs it nothing.

/** A network: the variables of its layers, and what it makes of an input. */
interface Network {
  variables: tf.Variable[];
  apply(x: tf.Tensor): tf.Tensor;
}

/** A layer with its weights. */
type Part = (x: tf.Tensor) => tf.Tensor;

/** One iteration of training or sampling on the backend that is set. */
export const createTfjsWorkload = (definition: Training | Sampling): Workload =>
  definition.kind === 'training' ? training(definition) : sampling(definition);

function training({ G, D, latent, batch, real, adam, criticSteps, penalty }: Training): Workload {
  const [generator, critic] = [network(G, penalty > 0), network(D, penalty > 0)];
  const optimizer = () => tf.train.adam(adam.lr, adam.b1, adam.b2, 1e-8);
  const [optimizeG, optimizeD] = [optimizer(), optimizer()];
  const [channels, ...size] = real as [number, ...number[]];
  const images = tf.randomUniform([batch, ...size, channels], -1, 1);
  const noise = () => tf.randomNormal([batch, latent]);

  const criticLoss = (fake: tf.Tensor): tf.Scalar => {
    const [onFake, onReal] = [critic.apply(fake), critic.apply(images)];
    if (penalty === 0)
      return tf
        .softplus(onFake)
        .mean()
        .add(tf.softplus(tf.neg(onReal)).mean());
    return onFake
      .mean()
      .sub(onReal.mean())
      .add(gradientPenalty(critic, images, fake).mul(penalty));
  };
  const generatorLoss = (): tf.Scalar => {
    const onFake = critic.apply(generator.apply(noise()));
    return (penalty === 0 ? tf.softplus(tf.neg(onFake)) : tf.neg(onFake)).mean();
  };
  return {
    parameters: { G: sizeOf(generator), D: sizeOf(critic) },
    async iterate() {
      for (let step = 0; step < criticSteps; step++) {
        const fake = tf.tidy(() => generator.apply(noise()));
        await finish(optimizeD.minimize(() => criticLoss(fake), true, critic.variables)!);
        fake.dispose();
      }
      await finish(optimizeG.minimize(generatorLoss, true, generator.variables)!);
    },
  };
}

function sampling({ G, latent, batch }: Sampling): Workload {
  const generator = network(G, false, true);
  return {
    parameters: { G: sizeOf(generator) },
    iterate: () => finish(tf.tidy(() => generator.apply(tf.randomNormal([batch, latent])))),
  };
}

/** Waits until a result is there, as a program that reads it would. */
async function finish(result: tf.Tensor): Promise<void> {
  await result.data();
  result.dispose();
}

/** mean (|grad D| - 1)^2 between real and fake images (Gulrajani et al. 2017, arXiv:1704.00028). */
function gradientPenalty(critic: Network, real: tf.Tensor, fake: tf.Tensor): tf.Tensor {
  const mix = tf.randomUniform([real.shape[0]!, 1, 1, 1]);
  const between = real.add(mix.mul(fake.sub(real)));
  const slope = tf.grad((x) => critic.apply(x).sum())(between);
  const norm = slope.square().sum([1, 2, 3]).add(1e-12).sqrt();
  return norm.sub(1).square().mean();
}

const sizeOf = ({ variables }: Network): number => variables.reduce((total, { size }) => total + size, 0);

/**
 * @param smooth Write leaky ReLU by ReLU: its own gradient has no gradient in TensorFlow.js.
 * @param running Normalise by running statistics.
 */
function network(layers: readonly Layer[], smooth: boolean, running = false): Network {
  const variables: tf.Variable[] = [];
  const variable = (values: tf.Tensor): tf.Variable => {
    const made = tf.variable(values);
    variables.push(made);
    return made;
  };
  const parts = layers.map((layer) => part(layer, variable, smooth, running));
  return { variables, apply: (x) => parts.reduce((h, apply) => apply(h), x) };
}

function part(
  layer: Layer,
  variable: (values: tf.Tensor) => tf.Variable,
  smooth: boolean,
  running: boolean,
): Part {
  switch (layer.kind) {
    case 'dense': {
      const { inputs, outputs } = layer;
      const weight = variable(tf.randomNormal([inputs, outputs], 0, inputs ** -0.5));
      const bias = variable(tf.zeros([outputs]));
      return (x) => tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D).add(bias);
    }
    case 'conv':
    case 'convTranspose':
      return convPart(layer, variable);
    case 'batchNorm': {
      const [scale, shift] = [variable(tf.ones([layer.channels])), variable(tf.zeros([layer.channels]))];
      const [mean, variance] = [tf.zeros([layer.channels]), tf.ones([layer.channels])];
      return (x) => {
        const used = running
          ? { mean, variance }
          : tf.moments(x, x.shape.map((_, axis) => axis).slice(0, -1));
        return tf.batchNorm(
          x,
          used.mean as tf.Tensor1D,
          used.variance as tf.Tensor1D,
          shift as tf.Tensor1D,
          scale as tf.Tensor1D,
          1e-5,
        );
      };
    }
    case 'layerNorm': {
      const [scale, shift] = [variable(tf.ones([layer.channels])), variable(tf.zeros([layer.channels]))];
      return (x) => {
        const centred = x.sub(x.mean([1, 2, 3], true));
        const variance = centred.square().mean([1, 2, 3], true);
        return centred.div(variance.add(1e-5).sqrt()).mul(scale).add(shift);
      };
    }
    case 'relu':
      return (x) => tf.relu(x);
    case 'leakyRelu':
      return smooth ? (x) => tf.relu(x).mul(0.8).add(x.mul(0.2)) : (x) => tf.leakyRelu(x, 0.2);
    case 'tanh':
      return (x) => tf.tanh(x);
    case 'dropout':
      return (x) => tf.dropout(x, layer.share);
    case 'flatten':
      return (x) => x.reshape([x.shape[0]!, -1]);
    case 'image':
      return (x) => x.reshape([x.shape[0]!, layer.size, layer.size, layer.channels]);
  }
}

function convPart(layer: ConvLayer, variable: (values: tf.Tensor) => tf.Variable): Part {
  const { kind, inputs, outputs, kernel, stride, padding } = layer;
  const ends = kind === 'conv' ? [inputs, outputs] : [outputs, inputs];
  const weight = variable(tf.randomNormal([kernel, kernel, ...ends], 0, 0.02)) as tf.Tensor as tf.Tensor4D;
  const bias = layer.bias ? variable(tf.zeros([outputs])) : undefined;
  // Kernels of 4 with stride 2 and a row on every side are what `same` means for even sizes.
  const pad = padding === 0 ? 'valid' : 'same';
  return (input) => {
    const x = input as tf.Tensor4D;
    const size = stride * (x.shape[1] - 1) + kernel - 2 * padding;
    const y =
      kind === 'conv'
        ? tf.conv2d(x, weight, stride, pad)
        : tf.conv2dTranspose(x, weight, [x.shape[0], size, size, outputs], stride, pad);
    return bias ? y.add(bias) : y;
  };
}
