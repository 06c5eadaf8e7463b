// What the other engines run, as data: the networks of ../workloads.ts and ../pytorch/networks.py, layer by layer.

export type Layer =
  | { kind: 'dense'; inputs: number; outputs: number }
  | ConvLayer
  /** Over the batch and the positions, or over all of one example; with a scale and a shift for each channel. */
  | { kind: 'batchNorm' | 'layerNorm'; channels: number }
  | { kind: 'relu' | 'leakyRelu' | 'tanh' }
  | { kind: 'dropout'; share: number }
  /** To rows, and from rows to images of a size. */
  | { kind: 'flatten' }
  | { kind: 'image'; channels: number; size: number };

export interface ConvLayer {
  kind: 'conv' | 'convTranspose';
  inputs: number;
  outputs: number;
  kernel: number;
  stride: number;
  /** On every side. */
  padding: number;
  bias: boolean;
}

export interface Training {
  kind: 'training';
  G: readonly Layer[];
  D: readonly Layer[];
  latent: number;
  batch: number;
  /** Of one example: channels, height and width, or coordinates. */
  real: readonly number[];
  adam: { lr: number; b1: number; b2: number };
  criticSteps: number;
  /** Weight of the gradient penalty; with 0 the loss is the non-saturating one. */
  penalty: number;
}

export interface Sampling {
  kind: 'sampling';
  G: readonly Layer[];
  latent: number;
  batch: number;
}

const dense = (inputs: number, outputs: number): Layer => ({ kind: 'dense', inputs, outputs });

/** Dense layers with something after each but the last. */
const perceptron = (sizes: readonly number[], after: (units: number) => readonly Layer[]): Layer[] =>
  sizes
    .slice(1)
    .flatMap((units, i) => [dense(sizes[i]!, units), ...(i < sizes.length - 2 ? after(units) : [])]);

/** DCGAN (arXiv:1511.06434): the smallest map's size, 4 to 7, and the critic's widths. */
function pyramid(size: number, width: number): { base: number; widths: number[] } {
  const widths: number[] = [];
  for (; size >= 8; size /= 2) widths.push(width * 2 ** widths.length);
  return { base: size, widths };
}

const halving = { kernel: 4, stride: 2, padding: 1 };

export function convGenerator(latent: number, width: number, size: number, channels: number): Layer[] {
  const { base, widths } = pyramid(size, width);
  const maps = widths.toReversed();
  const up = { kind: 'convTranspose', ...halving, bias: false } as const;
  const after = (units: number): Layer[] => [{ kind: 'batchNorm', channels: units }, { kind: 'relu' }];
  return [
    { kind: 'image', channels: latent, size: 1 },
    { ...up, inputs: latent, outputs: maps[0]!, kernel: base, stride: 1, padding: 0 },
    ...after(maps[0]!),
    ...maps.slice(1).flatMap((units, i) => [{ ...up, inputs: maps[i]!, outputs: units }, ...after(units)]),
    { ...up, inputs: maps.at(-1)!, outputs: channels },
    { kind: 'tanh' },
  ];
}

export function convCritic(
  width: number,
  size: number,
  channels: number,
  norm: 'batchNorm' | 'layerNorm',
): Layer[] {
  const { base, widths } = pyramid(size, width);
  const down = { kind: 'conv', ...halving, bias: norm === 'layerNorm' } as const;
  return [
    ...[channels, ...widths]
      .slice(0, -1)
      .flatMap((inputs, level): Layer[] => [
        { ...down, inputs, outputs: widths[level]! },
        ...(level > 0 ? [{ kind: norm, channels: widths[level]! }] : []),
        { kind: 'leakyRelu' },
      ]),
    { ...down, inputs: widths.at(-1)!, outputs: 1, kernel: base, stride: 1, padding: 0 },
    { kind: 'flatten' },
  ];
}

const plain = {
  kind: 'training',
  batch: 64,
  adam: { lr: 2e-4, b1: 0.5, b2: 0.999 },
  criticSteps: 1,
  penalty: 0,
} as const;

const relu = (): Layer[] => [{ kind: 'relu' }];
const toy = (hidden: number[], batch: number): Training => ({
  ...plain,
  G: perceptron([2, ...hidden, 2], relu),
  D: perceptron([2, ...hidden, 1], relu),
  latent: 2,
  batch,
  real: [2],
});

const dcgan = (width: number, size: number, channels: number): Training => ({
  ...plain,
  G: convGenerator(100, width, size, channels),
  D: convCritic(width, size, channels, 'batchNorm'),
  latent: 100,
  real: [channels, size, size],
});

const sampling = (batch: number): Sampling => ({
  kind: 'sampling',
  G: convGenerator(100, 64, 64, 3),
  latent: 100,
  batch,
});

export const definitions: Record<string, Training | Sampling> = {
  gan: {
    ...plain,
    G: [
      ...perceptron([100, 256, 512, 1024, 784], (channels) => [
        { kind: 'batchNorm', channels },
        { kind: 'leakyRelu' },
      ]),
      { kind: 'tanh' },
      { kind: 'image', channels: 1, size: 28 },
    ],
    D: [
      { kind: 'flatten' },
      ...perceptron([784, 1024, 512, 256, 1], () => [{ kind: 'leakyRelu' }, { kind: 'dropout', share: 0.3 }]),
    ],
    latent: 100,
    real: [1, 28, 28],
  },
  toy: toy([128, 128, 128], 256),
  'toy-16': toy([16, 16], 64),
  'dcgan-28': dcgan(32, 28, 1),
  'dcgan-64': dcgan(64, 64, 3),
  'wgan-gp-32': {
    kind: 'training',
    G: convGenerator(128, 64, 32, 3),
    D: convCritic(64, 32, 3, 'layerNorm'),
    latent: 128,
    batch: 64,
    real: [3, 32, 32],
    adam: { lr: 1e-4, b1: 0, b2: 0.9 },
    criticSteps: 5,
    penalty: 10,
  },
  'sample-1': sampling(1),
  'sample-64': sampling(64),
};
