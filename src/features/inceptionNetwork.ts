import { averagePool, concat, flatten, matmul, maxPool, mean, relu, type Tensor } from '../graph/index.ts';
import { batchNorm } from '../nn/batchNorm.ts';
import { conv2d, type PerAxis } from '../nn/conv.ts';
import { zeros } from '../nn/initializers.ts';
import type { NetworkFunction, Scope } from '../nn/scope.ts';

/** Height and width of the images the network was trained on. */
export const INCEPTION_SIZE = 299;
/** Length of the features, the mean over the last map. */
export const INCEPTION_FEATURES = 2048;
/** Outputs of the classifier: the 1000 classes of ImageNet and 8 that were never used. */
export const INCEPTION_CLASSES = 1008;

/**
 * Inception-v3 (Szegedy et al. 2016, arXiv:1512.00567) as the TensorFlow graph of 2015-12-05 computes it, which is the
 * network of the Frechet Inception Distance (Heusel et al. 2017, arXiv:1706.08500) and the Inception Score. It differs from
 * the published architecture in two places: average pooling leaves padding out of the mean, and the last block takes
 * maxima where all others take means.
 *
 * Images [B, 3, 299, 299], (byte - 128) / 128 each, to features [B, 2048]. Names are those of the PyTorch port, so that its
 * file loads by name. Each named layer is a result of the call, and so are `logits_unbiased` [B, 1008], without the
 * classifier's bias, which is what the Inception Score's code takes the softmax of, and `logits`.
 */
export const inceptionNetwork: NetworkFunction = (scope, images) => {
  const features = inceptionTrunk(scope, images!, (x) => maxPool(x, 3, { stride: 1, padding: 1 }));
  scope.in('fc', (fc) => {
    const weight = fc.param('weight', [INCEPTION_CLASSES, INCEPTION_FEATURES], zeros);
    const unbiased = matmul(features, weight, { transposeB: true });
    scope.result('logits_unbiased', unbiased);
    scope.result('logits', unbiased.add(fc.param('bias', [INCEPTION_CLASSES], zeros)));
  });
  return features;
};

/** All but the classifier, with the pooling of the last block given: the published architecture has `averaged` there, too. */
export function inceptionTrunk(scope: Scope, images: Tensor, lastPool: (x: Tensor) => Tensor): Tensor {
  let x = images;
  const apply = (name: string, layer: (scope: Scope, x: Tensor) => Tensor): void => {
    x = scope.in(name, (inner) => layer(inner, x));
    scope.result(name, x);
  };
  apply('Conv2d_1a_3x3', unit({ channels: 32, kernel: 3, stride: 2 })); // [B, 32, 149, 149]
  apply('Conv2d_2a_3x3', unit({ channels: 32, kernel: 3 })); // [B, 32, 147, 147]
  apply('Conv2d_2b_3x3', unit({ channels: 64, kernel: 3, padding: 1 }));
  apply('MaxPool_1', (_, x) => maxPool(x, 3, { stride: 2 })); // [B, 64, 73, 73]
  apply('Conv2d_3b_1x1', unit({ channels: 80, kernel: 1 }));
  apply('Conv2d_4a_3x3', unit({ channels: 192, kernel: 3 })); // [B, 192, 71, 71]
  apply('MaxPool_2', (_, x) => maxPool(x, 3, { stride: 2 })); // [B, 192, 35, 35]
  apply('Mixed_5b', blockA(32)); // [B, 256, 35, 35]
  apply('Mixed_5c', blockA(64)); // [B, 288, 35, 35]
  apply('Mixed_5d', blockA(64));
  apply('Mixed_6a', blockB); // [B, 768, 17, 17]
  apply('Mixed_6b', blockC(128));
  apply('Mixed_6c', blockC(160));
  apply('Mixed_6d', blockC(160));
  apply('Mixed_6e', blockC(192));
  apply('Mixed_7a', blockD); // [B, 1280, 8, 8]
  apply('Mixed_7b', blockE(averaged)); // [B, 2048, 8, 8]
  apply('Mixed_7c', blockE(lastPool));
  return flatten(mean(x, { axes: [2, 3], keep: true })); // [B, 2048]
}

interface Unit {
  channels: number;
  kernel: PerAxis;
  stride?: number;
  padding?: PerAxis;
}

/** Convolution, batch norm with running statistics and ReLU. */
const unit =
  (options: Unit) =>
  (scope: Scope, x: Tensor): Tensor =>
    relu(batchNorm(scope, 'bn', conv2d(scope, 'conv', x, { ...options, bias: false }), { eps: 1e-3 }));

/** Units one after another, each with a name of its own. */
const chain = (scope: Scope, x: Tensor, units: Readonly<Record<string, Unit>>): Tensor =>
  Object.entries(units).reduce((y, [name, options]) => scope.in(name, (inner) => unit(options)(inner, y)), x);

/** Means of 3x3 that leave padding out. */
export const averaged = (x: Tensor): Tensor =>
  averagePool(x, 3, { stride: 1, padding: 1, countPadding: false });

// Kernels and the padding that keeps the size.
const point = { kernel: 1 } as const;
const square3 = { kernel: 3, padding: 1 } as const;
const row3 = { kernel: [1, 3], padding: [0, 1] } as const;
const column3 = { kernel: [3, 1], padding: [1, 0] } as const;
const row7 = { kernel: [1, 7], padding: [0, 3] } as const;
const column7 = { kernel: [7, 1], padding: [3, 0] } as const;
const halving3 = { kernel: 3, stride: 2 } as const;

/** Figure 5 of the paper, with one 5x5 kept. */
const blockA = (pooled: number) => (scope: Scope, x: Tensor) =>
  concat(
    [
      chain(scope, x, { branch1x1: { ...point, channels: 64 } }),
      chain(scope, x, {
        branch5x5_1: { ...point, channels: 48 },
        branch5x5_2: { kernel: 5, padding: 2, channels: 64 },
      }),
      chain(scope, x, {
        branch3x3dbl_1: { ...point, channels: 64 },
        branch3x3dbl_2: { ...square3, channels: 96 },
        branch3x3dbl_3: { ...square3, channels: 96 },
      }),
      chain(scope, averaged(x), { branch_pool: { ...point, channels: pooled } }),
    ],
    1,
  );

/** Figure 10: halves height and width. */
const blockB = (scope: Scope, x: Tensor) =>
  concat(
    [
      chain(scope, x, { branch3x3: { ...halving3, channels: 384 } }),
      chain(scope, x, {
        branch3x3dbl_1: { ...point, channels: 64 },
        branch3x3dbl_2: { ...square3, channels: 96 },
        branch3x3dbl_3: { ...halving3, channels: 96 },
      }),
      maxPool(x, 3, { stride: 2 }),
    ],
    1,
  );

/** Figure 6, with n = 7. */
const blockC = (channels: number) => (scope: Scope, x: Tensor) =>
  concat(
    [
      chain(scope, x, { branch1x1: { ...point, channels: 192 } }),
      chain(scope, x, {
        branch7x7_1: { ...point, channels },
        branch7x7_2: { ...row7, channels },
        branch7x7_3: { ...column7, channels: 192 },
      }),
      chain(scope, x, {
        branch7x7dbl_1: { ...point, channels },
        branch7x7dbl_2: { ...column7, channels },
        branch7x7dbl_3: { ...row7, channels },
        branch7x7dbl_4: { ...column7, channels },
        branch7x7dbl_5: { ...row7, channels: 192 },
      }),
      chain(scope, averaged(x), { branch_pool: { ...point, channels: 192 } }),
    ],
    1,
  );

/** Halves height and width a second time. */
const blockD = (scope: Scope, x: Tensor) =>
  concat(
    [
      chain(scope, x, {
        branch3x3_1: { ...point, channels: 192 },
        branch3x3_2: { ...halving3, channels: 320 },
      }),
      chain(scope, x, {
        branch7x7x3_1: { ...point, channels: 192 },
        branch7x7x3_2: { ...row7, channels: 192 },
        branch7x7x3_3: { ...column7, channels: 192 },
        branch7x7x3_4: { ...halving3, channels: 192 },
      }),
      maxPool(x, 3, { stride: 2 }),
    ],
    1,
  );

/** Figure 7: branches that fork into a row and a column. */
const blockE = (pool: (x: Tensor) => Tensor) => (scope: Scope, x: Tensor) => {
  const alone = chain(scope, x, { branch1x1: { ...point, channels: 320 } });
  const single = chain(scope, x, { branch3x3_1: { ...point, channels: 384 } });
  const fork = [
    chain(scope, single, { branch3x3_2a: { ...row3, channels: 384 } }),
    chain(scope, single, { branch3x3_2b: { ...column3, channels: 384 } }),
  ];
  const double = chain(scope, x, {
    branch3x3dbl_1: { ...point, channels: 448 },
    branch3x3dbl_2: { ...square3, channels: 384 },
  });
  const doubleFork = [
    chain(scope, double, { branch3x3dbl_3a: { ...row3, channels: 384 } }),
    chain(scope, double, { branch3x3dbl_3b: { ...column3, channels: 384 } }),
  ];
  return concat(
    [alone, ...fork, ...doubleFork, chain(scope, pool(x), { branch_pool: { ...point, channels: 192 } })],
    1,
  );
};
