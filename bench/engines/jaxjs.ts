import { grad, jit, lax, nn, numpy as np, random, tree, valueAndGrad } from '@jax-js/jax';
import type { Workload } from '../workload.ts';
import type { ConvLayer, Layer, Sampling, Training } from './workloads.ts';

// The steps of the benchmark as a user of jax-js would write them: each phase, with its update, is one function under
// `jit`. Arrays are counted by hand: whoever is given one uses it up, and `.ref` keeps it for one more use.
// Running statistics are not kept in training, which costs it nothing.

/** Weights, a list for each layer. */
type Weights = np.Array[][];
/** Weights, and both moments of Adam. */
type Learned = [Weights, Weights, Weights];

/** One iteration of training or sampling on the device that is set. */
export const createJaxWorkload = (definition: Training | Sampling): Workload =>
  definition.kind === 'training' ? training(definition) : sampling(definition);

function training({ G, D, latent, batch, real, adam, criticSteps, penalty }: Training): Workload {
  const learned: Record<'G' | 'D', Learned> = { G: initial(G), D: initial(D) };
  const parameters = { G: sizeOf(learned.G[0]), D: sizeOf(learned.D[0]) };
  const key = keys();
  const images = random.uniform(key(), [batch, ...real], { minval: -1, maxval: 1 });

  const criticLoss = (d: Weights, fake: np.Array, given: np.Array, randomness: np.Array): np.Array => {
    const [onFakeKey, onRealKey, mixKey] = split(randomness, 3);
    if (penalty === 0) {
      const onFake = apply(D, tree.ref(d), fake, onFakeKey!);
      const onReal = apply(D, d, given, onRealKey!);
      mixKey!.dispose();
      return np.mean(nn.softplus(onFake)).add(np.mean(nn.softplus(onReal.neg())));
    }
    const slopes = gradientPenalty(D, tree.ref(d), given.ref, fake.ref, mixKey!);
    const onFake = apply(D, tree.ref(d), fake, onFakeKey!);
    const onReal = apply(D, d, given, onRealKey!);
    return np.mean(onFake).sub(np.mean(onReal)).add(slopes.mul(penalty));
  };
  const generatorLoss = (g: Weights, d: Weights, randomness: np.Array): np.Array => {
    const [noiseKey, fakeKey, criticKey] = split(randomness, 3);
    const fake = apply(G, g, random.normal(noiseKey!, [batch, latent]), fakeKey!);
    const onFake = apply(D, d, fake, criticKey!);
    return np.mean(penalty === 0 ? nn.softplus(onFake.neg()) : onFake.neg());
  };
  const criticStep = jit(
    (state: Learned, g: Weights, given: np.Array, randomness: np.Array, step: np.Array) => {
      const [noiseKey, fakeKey, lossKey] = split(randomness, 3);
      const fake = apply(G, g, random.normal(noiseKey!, [batch, latent]), fakeKey!);
      const [loss, gradients] = valueAndGrad(criticLoss)(tree.ref(state[0]), fake, given, lossKey!);
      return [loss, adamUpdate(state, gradients as Weights, step, adam)] as [np.Array, Learned];
    },
  );
  const generatorStep = jit((state: Learned, d: Weights, randomness: np.Array, step: np.Array) => {
    const [loss, gradients] = valueAndGrad(generatorLoss)(tree.ref(state[0]), d, randomness);
    return [loss, adamUpdate(state, gradients as Weights, step, adam)] as [np.Array, Learned];
  });

  const updates = { G: 0, D: 0 };
  return {
    parameters,
    async iterate() {
      for (let repeat = 0; repeat < criticSteps; repeat++) {
        const now = np.array(++updates.D);
        const [loss, next] = criticStep(learned.D, tree.ref(learned.G[0]), images.ref, key(), now);
        learned.D = next;
        await loss.data();
      }
      const now = np.array(++updates.G);
      const [loss, next] = generatorStep(learned.G, tree.ref(learned.D[0]), key(), now);
      learned.G = next;
      await loss.data();
    },
  };
}

function sampling({ G, latent, batch }: Sampling): Workload {
  const weights = initial(G)[0];
  const key = keys();
  const sample = jit((g: Weights, randomness: np.Array) => {
    const [noiseKey, otherKey] = split(randomness, 2);
    return apply(G, g, random.normal(noiseKey!, [batch, latent]), otherKey!, true);
  });
  return {
    parameters: { G: sizeOf(weights) },
    async iterate() {
      await sample(tree.ref(weights), key()).data();
    },
  };
}

/** mean (|grad D| - 1)^2 between real and fake images (Gulrajani et al. 2017, arXiv:1704.00028). */
function gradientPenalty(
  layers: readonly Layer[],
  d: Weights,
  real: np.Array,
  fake: np.Array,
  key: np.Array,
) {
  const [mixKey, criticKey] = split(key, 2);
  const mix = random.uniform(mixKey!, [real.shape[0]!, 1, 1, 1]);
  const between = real.ref.add(mix.mul(fake.sub(real)));
  const score = (x: np.Array, weights: Weights, randomness: np.Array) =>
    apply(layers, weights, x, randomness).sum();
  const slope = grad(score)(between, d, criticKey!) as np.Array;
  const norm = np.sqrt(np.square(slope).sum([1, 2, 3]).add(1e-12));
  return np.mean(np.square(norm.sub(1)));
}

/** Kingma and Ba 2015 (arXiv:1412.6980), algorithm 1, on every weight. */
function adamUpdate(
  [weights, means, squares]: Learned,
  gradients: Weights,
  step: np.Array,
  { lr, b1, b2 }: Training['adam'],
): Learned {
  const next: Learned = [[], [], []];
  const correction = (decay: number) => np.array(1).sub(np.power(np.array(decay), step.ref));
  const [correction1, correction2] = [b1 > 0 ? correction(b1) : np.array(1), correction(b2)];
  step.dispose();
  weights.forEach((layer, i) => {
    const parts = layer.map((weight, j) => {
      const gradient = gradients[i]![j]!;
      const m = means[i]![j]!.mul(b1).add(gradient.ref.mul(1 - b1));
      const v = squares[i]![j]!.mul(b2).add(np.square(gradient).mul(1 - b2));
      const direction = m.ref.div(correction1.ref).div(np.sqrt(v.ref.div(correction2.ref)).add(1e-8));
      return [weight.sub(direction.mul(lr)), m, v] as const;
    });
    next.forEach((part, which) => {
      part.push(parts.map((part) => part[which]!));
    });
  });
  correction1.dispose();
  correction2.dispose();
  return next;
}

const sizeOf = (weights: Weights): number =>
  weights.flat().reduce((total, { shape }) => total + shape.reduce((size, axis) => size * axis, 1), 0);

/** A fresh key at every call. */
function keys(): () => np.Array {
  let next = 0;
  return () => random.key(next++);
}

/** Keys for `count` uses, one of which each user uses up. */
function split(key: np.Array, count: number): np.Array[] {
  const all = random.split(key, count);
  const each = Array.from({ length: count }, (_, i) => all.ref.slice(i));
  all.dispose();
  return each;
}

function initial(layers: readonly Layer[]): Learned {
  const key = keys();
  const weights = layers.map((layer): np.Array[] => {
    switch (layer.kind) {
      case 'dense':
        return [
          random.normal(key(), [layer.inputs, layer.outputs]).mul(layer.inputs ** -0.5),
          np.zeros([layer.outputs]),
        ];
      case 'conv':
      case 'convTranspose': {
        const { kind, inputs, outputs, kernel } = layer;
        const ends = kind === 'conv' ? [outputs, inputs] : [inputs, outputs];
        const weight = random.normal(key(), [...ends, kernel, kernel]).mul(0.02);
        return layer.bias ? [weight, np.zeros([outputs])] : [weight];
      }
      case 'batchNorm':
      case 'layerNorm':
        return [np.ones([layer.channels]), np.zeros([layer.channels])];
      default:
        return [];
    }
  });
  const zeros = () => weights.map((layer) => layer.map(({ shape }) => np.zeros(shape)));
  return [weights, zeros(), zeros()];
}

/** A network on images [N, C, H, W] or rows; `running` normalises by running statistics, which are 0 and 1 here. */
function apply(
  layers: readonly Layer[],
  weights: Weights,
  input: np.Array,
  key: np.Array,
  running = false,
): np.Array {
  const randomness = layers.some(({ kind }) => kind === 'dropout') ? split(key, layers.length) : undefined;
  if (!randomness) key.dispose();
  return layers.reduce((x, layer, i) => {
    const own = randomness?.[i];
    if (layer.kind === 'dropout') return dropout(x, layer.share, own!);
    own?.dispose();
    return applyLayer(layer, weights[i]!, x, running);
  }, input);
}

function applyLayer(layer: Layer, [weight, bias]: np.Array[], x: np.Array, running: boolean): np.Array {
  const batch = x.shape[0]!;
  switch (layer.kind) {
    case 'dense':
      return np.matmul(x, weight!).add(bias!);
    case 'conv':
    case 'convTranspose': {
      const y = convolve(layer, x, weight!);
      return bias ? y.add(bias.reshape([1, layer.outputs, 1, 1])) : y;
    }
    case 'batchNorm':
    case 'layerNorm': {
      const ofBatch = layer.kind === 'batchNorm';
      const axes = x.shape.map((_, axis) => axis).filter((axis) => axis !== (ofBatch ? 1 : 0));
      const aligned = [1, layer.channels, ...x.shape.slice(2).map(() => 1)];
      const normal = running && ofBatch ? x.div(Math.sqrt(1 + 1e-5)) : standardised(x, axes);
      return normal.mul(weight!.reshape(aligned)).add(bias!.reshape(aligned));
    }
    case 'relu':
      return nn.relu(x);
    case 'leakyRelu':
      return nn.leakyRelu(x, 0.2);
    case 'tanh':
      return np.tanh(x);
    case 'flatten':
      return x.reshape([batch, x.shape.slice(1).reduce((size, axis) => size * axis, 1)]);
    case 'image':
      return x.reshape([batch, layer.channels, layer.size, layer.size]);
    case 'dropout':
      throw new Error('dropout needs a key');
  }
}

function standardised(x: np.Array, axes: number[]): np.Array {
  const centred = x.ref.sub(np.mean(x, axes, { keepdims: true }));
  const variance = np.mean(np.square(centred.ref), axes, { keepdims: true });
  return centred.div(np.sqrt(variance.add(1e-5)));
}

function convolve({ kind, stride, padding }: ConvLayer, x: np.Array, weight: np.Array): np.Array {
  const pads: [number, number][] = [
    [padding, padding],
    [padding, padding],
  ];
  return kind === 'conv'
    ? lax.convGeneralDilated(x, weight, [stride, stride], pads)
    : lax.convTranspose(x, weight, [stride, stride], pads, { transposeKernel: true });
}

function dropout(x: np.Array, share: number, key: np.Array): np.Array {
  const kept = random.bernoulli(key, 1 - share, x.shape);
  return np.where(kept, x.div(1 - share), 0);
}
