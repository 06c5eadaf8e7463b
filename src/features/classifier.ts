import * as z from 'zod';
import { classLoss } from '../gan/controls/auxiliary.ts';
import { translate } from '../gan/controls/diffAugment.ts';
import { oneHot } from '../gan/controls/oneHot.ts';
import { defineGan } from '../gan/defineGan.ts';
import { add, cast, greaterEqual, mul, sub } from '../graph/ops/elementwise.ts';
import { flatten } from '../graph/ops/movement.ts';
import { max, mean, sum } from '../graph/ops/reduce.ts';
import type { Tensor } from '../graph/tensor.ts';
import { activate } from '../nn/activation.ts';
import { batchNorm } from '../nn/batchNorm.ts';
import { downBlock } from '../nn/blocks.ts';
import { conv2d } from '../nn/conv.ts';
import { dense } from '../nn/dense.ts';
import { uniform } from '../nn/distribution.ts';
import type { NetworkFunction, Scope } from '../nn/scope.ts';
import { adamW } from '../optim/adam.ts';
import { cosine } from '../optim/schedules.ts';

/** Units of the last hidden layer: the classifier's features. */
export const CLASSIFIER_FEATURES = 64;

/**
 * Strided convolutions with batch norm, one hidden layer, a score for each class: images [B, 1, 28, 28] in [-1, 1] to logits
 * [B, classes]. Its result `features` is the hidden layer, [B, 64]. In training it sees images moved by up to `shift` pixels.
 */
export const classifierNetwork =
  ({ width, classes, shift = 0 }: { width: number; classes: number; shift?: number }): NetworkFunction =>
  (scope, images) => {
    const seen = scope.mode === 'train' && shift > 0 ? moved(scope, images!, shift) : images!;
    const half = downBlock(scope, 'down1', seen, { channels: width });
    const quarter = downBlock(scope, 'down2', half, { channels: 2 * width });
    const mixed = scope.in('mix', (scope) => {
      const y = conv2d(scope, 'conv', quarter, { channels: 2 * width, kernel: 3, padding: 1, bias: false });
      return activate(batchNorm(scope, 'norm', y), 'leakyRelu');
    });
    const small = downBlock(scope, 'down3', mixed, { channels: 2 * width });
    const hidden = dense(scope, 'hidden', flatten(small), { units: CLASSIFIER_FEATURES, bias: false });
    const features = activate(batchNorm(scope, 'norm', hidden), 'leakyRelu');
    scope.result('features', features);
    return dense(scope, 'out', features, { units: classes });
  };

/** Moves images, black moving in: what moves zeros in is given a scale on which black is zero. */
function moved(scope: Scope, images: Tensor, shift: number): Tensor {
  const draw = (name: string) =>
    scope.random(name, [images.shape[0]!, 1, 1, 1], { kind: 'uniform', low: 0, high: 1 });
  return sub(translate(add(images, 1), draw('down'), draw('right'), shift), 1);
}

/**
 * A classifier as a declaration of one network and one phase, trained by the loop that trains GANs. The learning rate falls over
 * the run, so the run needs a number of steps. What it shows as samples is its verdict on noise, which nobody needs.
 */
export const classifier = defineGan({
  name: 'classifier',
  title: 'Classifier of 28x28 grey images, whose features measure generators',
  data: ['images'],
  config: z.strictObject({
    batch: z.int().min(2).default(128).describe('images in a step'),
    width: z.int().min(1).default(24).describe('channels after the first convolution'),
    lr: z.number().min(0).default(4e-3).describe('learning rate at first; it falls to 0 over the run'),
    weightDecay: z.number().min(0).default(0.01).describe('share of the weights taken off, times the rate'),
    smoothing: z.number().min(0).max(0.5).default(0.05).describe('probability spread over all classes'),
    shift: z.int().min(0).max(4).default(2).describe('pixels that images are moved by at most in training'),
    average: z.number().min(0).default(20_000).describe('half-life of the averaged weights in images'),
  }),
  networks: (c, data) => ({
    C: classifierNetwork({ width: c.width, classes: data.classes.length, shift: c.shift }),
  }),
  optimizers: (c) => ({ C: adamW({ lr: cosine({ from: c.lr }), weightDecay: c.weightDecay }) }),
  averages: (c) => ({ C: { halfLife: c.average, rampUp: 0.05, statistics: 'average' } }),
  inputs: (_, data) => ({ noise: uniform([...data.shape]) }),
  phases: (c) => [
    {
      name: 'classifier',
      trains: 'C',
      step({ C }, { real, label }) {
        const logits = C(real);
        // Label smoothing (Szegedy et al. 2016, arXiv:1512.00567, section 7): a share of the loss against all classes alike.
        const loss = smoothed(logits, label, c.smoothing);
        return { loss, accuracy: accuracyOf(logits, label) };
      },
    },
  ],
  sample: ({ C }, { noise }) => C(noise),
});

/** Cross entropy with the targets (1 - s) onehot(label) + s / K: the second part is -s times the mean log probability. */
function smoothed(logits: Tensor, label: Tensor, share: number): Tensor {
  const sharp = classLoss(logits, label);
  const chosen = mean(sum(mul(logits, oneHot(label, logits.shape[1]!)), { axes: 1 }));
  // -mean log p = logsumexp - mean logits, and logsumexp is the sharp loss plus the chosen logit.
  return add(sharp, mul(sub(chosen, mean(logits)), share));
}

/** Share of rows [B, K] whose largest logit is the label's. */
const accuracyOf = (logits: Tensor, label: Tensor): Tensor => {
  const chosen = sum(mul(logits, oneHot(label, logits.shape[1]!)), { axes: 1 });
  return mean(cast(greaterEqual(chosen, max(logits, { axes: 1 })), 'float32'));
};
