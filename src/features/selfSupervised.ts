import { z } from 'zod';
import { colour, cutout, translate } from '../gan/controls/diffAugment.ts';
import { defineGan } from '../gan/defineGan.ts';
import { square } from '../graph/ops/composite.ts';
import { add, div, mul, relu, sqrt, sub } from '../graph/ops/elementwise.ts';
import { matmul } from '../graph/ops/matmul.ts';
import { mean, sum } from '../graph/ops/reduce.ts';
import { concat } from '../graph/ops/slicing.ts';
import type { Tensor } from '../graph/tensor.ts';
import { activate } from '../nn/activation.ts';
import { batchNorm } from '../nn/batchNorm.ts';
import { downBlock } from '../nn/blocks.ts';
import { conv2d } from '../nn/conv.ts';
import { dense } from '../nn/dense.ts';
import { uniform } from '../nn/distribution.ts';
import type { NetworkFunction } from '../nn/scope.ts';
import { adamW } from '../optim/adam.ts';
import { cosine } from '../optim/schedules.ts';

/** Numbers of an embedding, which only training looks at. */
const EMBEDDING = 128;

/**
 * Images [B, C, H, W] in [-1, 1] to embeddings [B, 128]: strided convolutions with batch norm, a mean over each map, and a projector. Its
 * result `features` is the means of all maps, fine to coarse, [B, 10 width]: blur and noise show in the first, shapes in the last.
 */
export const selfSupervisedNetwork =
  ({ width }: { width: number }): NetworkFunction =>
  (scope, images) => {
    const half = downBlock(scope, 'down1', images!, { channels: width });
    const quarter = downBlock(scope, 'down2', half, { channels: 2 * width });
    const mixed = scope.in('mix', (scope) => {
      const y = conv2d(scope, 'conv', quarter, { channels: 3 * width, kernel: 3, padding: 1, bias: false });
      return activate(batchNorm(scope, 'norm', y), 'leakyRelu');
    });
    const small = downBlock(scope, 'down3', mixed, { channels: 4 * width });
    const maps = [half, quarter, mixed, small].map((map) => mean(map, { axes: [2, 3] }));
    const features = concat(maps, 1);
    scope.result('features', features);
    const hidden = dense(scope, 'hidden', features, { units: 2 * EMBEDDING, bias: false });
    return dense(scope, 'out', activate(batchNorm(scope, 'norm', hidden), 'relu'), { units: EMBEDDING });
  };

const perImage = () => uniform([1, 1, 1]);

/** The seven random numbers of a view, by name. */
const VIEW = ['brightness', 'saturation', 'contrast', 'down', 'right', 'row', 'column'] as const;
type Draw = (name: (typeof VIEW)[number]) => Tensor;

/** A view of images: colours changed half as much as DiffAugment does, moved by up to an eighth, a square hidden; black moves in. */
function view(images: Tensor, draw: Draw): Tensor {
  const milder = (name: 'brightness' | 'saturation' | 'contrast') => add(mul(draw(name), 0.5), 0.25);
  const coloured = colour(images, milder('brightness'), milder('saturation'), milder('contrast'));
  const moved = translate(add(coloured, 1), draw('down'), draw('right'));
  return sub(cutout(moved, draw('row'), draw('column')), 1);
}

/**
 * A network that learns without labels to tell which images are views of the same one, as a declaration of one network and one phase,
 * trained by the loop that trains GANs. The learning rate falls over the run, so the run needs a number of steps.
 */
export const selfSupervised = defineGan({
  name: 'self-supervised',
  title: 'Features learned without labels, to measure generators by',
  data: ['images'],
  config: z.strictObject({
    batch: z.int().min(2).default(128).describe('images in a step'),
    width: z.int().min(1).default(16).describe('channels after the first convolution'),
    lr: z.number().min(0).default(2e-3).describe('learning rate at first; it falls to 0 over the run'),
  }),
  networks: (c) => ({ E: selfSupervisedNetwork({ width: c.width }) }),
  optimizers: (c) => ({ E: adamW({ lr: cosine({ from: c.lr }), weightDecay: 1e-4 }) }),
  averages: () => ({ E: { halfLife: 5000, rampUp: 0.05, statistics: 'average' } }),
  inputs: (_, data) => ({
    noise: uniform([...data.shape]),
    ...Object.fromEntries(VIEW.flatMap((name) => [`${name}1`, `${name}2`]).map((name) => [name, perImage()])),
  }),
  phases: () => [
    {
      name: 'views',
      trains: 'E',
      step({ E }, values) {
        const random = values as unknown as Record<string, Tensor>;
        const [first, second] = [1, 2].map((i) => E(view(values.real, (name) => random[`${name}${i}`]!)));
        return vicreg(first!, second!);
      },
    },
  ],
  sample: ({ E }, { noise }) => E(noise!),
});

/**
 * Variance-invariance-covariance regularisation (Bardes, Ponce and LeCun 2022, arXiv:2105.04906, equations 1 to 6) of the embeddings of two
 * views, [B, D] each, with the paper's weights 25, 25 and 1.
 */
function vicreg(a: Tensor, b: Tensor): { loss: Tensor; invariance: Tensor; spread: Tensor } {
  const invariance = mean(square(sub(a, b)));
  const [first, second] = [scatter(a), scatter(b)];
  const variance = add(first.hinge, second.hinge);
  const covariance = add(first.covariance, second.covariance);
  const loss = add(mul(add(invariance, variance), 25), covariance);
  return { loss, invariance, spread: first.deviation };
}

function scatter(z: Tensor): { hinge: Tensor; covariance: Tensor; deviation: Tensor } {
  const [batch, width] = z.shape as [number, number];
  const centred = sub(z, mean(z, { axes: 0, keep: true }));
  const variances = div(sum(square(centred), { axes: 0 }), batch - 1);
  const deviations = sqrt(add(variances, 1e-4));
  const all = div(matmul(centred, centred, { transposeA: true }), batch - 1);
  const beside = sub(sum(square(all)), sum(square(variances)));
  return {
    hinge: mean(relu(sub(1, deviations))),
    covariance: div(beside, width),
    deviation: mean(deviations),
  };
}
