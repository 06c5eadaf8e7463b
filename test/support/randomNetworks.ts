import fc from 'fast-check';
import {
  averagePool,
  elu,
  flatten,
  relu,
  reshape,
  sigmoid,
  softplus,
  type Tensor,
  tanh,
  upsampleNearest,
} from '../../src/graph/index.ts';
import {
  batchNorm,
  conv2d,
  convTranspose2d,
  dense,
  downBlock,
  dropout,
  groupNorm,
  instanceNorm,
  layerNorm,
  type NetworkFunction,
  pixelNorm,
  residualBlock,
  type Scope,
  upBlock,
} from '../../src/nn/index.ts';

// Networks as users write them, drawn at random.

/** A layer that is left out where it does not fit what comes before it. Prints as its name and options. */
export interface Layer {
  fits(x: Tensor): boolean;
  /** Begins with a normalisation, if with anything. */
  normalises: boolean;
  apply(scope: Scope, name: string, x: Tensor): Tensor;
  [fc.toStringMethod](): string;
}

interface Rules<Options> {
  normalises?: boolean;
  fits?(x: Tensor, options: Options): boolean;
  apply(scope: Scope, name: string, x: Tensor, options: Options): Tensor;
}

const layer = <Options>(
  called: string,
  options: fc.Arbitrary<Options>,
  { fits = () => true, apply, normalises = false }: Rules<Options>,
): fc.Arbitrary<Layer> =>
  options.map((chosen) => ({
    normalises,
    fits: (x) => fits(x, chosen),
    apply: (scope, name, x) => apply(scope, name, x, chosen),
    [fc.toStringMethod]: () => `${called}(${chosen === undefined ? '' : fc.stringify(chosen)})`,
  }));

const none = fc.constant(undefined);
const upTo = (max: number, min = 1) => fc.integer({ min, max });
const both = (of: fc.Arbitrary<number>) => fc.tuple(of, of);
/** One channel between two normalisations could not learn: the second one undoes whatever it does. */
const channels = upTo(4, 2);

/** Height and width stay small, so that the interpreter is fast. */
const LARGEST = 10;
const sidesOf = (x: Tensor) => x.shape.slice(2);
const isImage = (x: Tensor) => x.shape.length === 4;
const isSmall = (x: Tensor) => isImage(x) && sidesOf(x).every((side) => side <= LARGEST / 2);
const isEven = (x: Tensor) => isImage(x) && sidesOf(x).every((side) => side % 2 === 0);
const area = (x: Tensor) => sidesOf(x).reduce((product, side) => product * side, 1);

// What is normalised over two numbers is plus or minus one whatever they are: its gradient is all rounding.
const NORMALISED = 4;
const canNormalise = (x: Tensor) => isImage(x) && area(x) >= NORMALISED;

const kernels = fc.record({
  channels,
  kernel: both(upTo(5)),
  stride: both(upTo(2)),
  padding: both(upTo(2, 0)),
  bias: fc.boolean(),
  spectralNorm: fc.boolean(),
});

const blocks = fc.record({
  channels,
  norm: fc.constantFrom('batch', 'layer', 'instance', 'none'),
  activation: fc.constantFrom('relu', 'leakyRelu', 'tanh', 'sigmoid', 'none'),
});

const activations = { relu, leakyRelu: (x: Tensor) => x.leakyRelu(0.2), tanh, sigmoid, elu, softplus };

const layers: fc.Arbitrary<Layer> = fc.oneof(
  layer('conv2d', kernels, {
    fits: (x, { kernel, padding }) =>
      isImage(x) && sidesOf(x).every((side, i) => side + 2 * padding[i]! >= kernel[i]!),
    apply: conv2d,
  }),
  layer('convTranspose2d', kernels, {
    fits: (x, { kernel, padding, stride }) =>
      isImage(x) &&
      sidesOf(x).every((side, i) => {
        const size = (side - 1) * stride[i]! + kernel[i]! - 2 * padding[i]!;
        return size >= 1 && size <= LARGEST;
      }),
    apply: convTranspose2d,
  }),
  layer('dense', fc.record({ units: upTo(6, 4) }), {
    apply: (scope, name, x, options) => dense(scope, name, flatten(x), options),
  }),
  layer('batchNorm', none, { normalises: true, apply: batchNorm }),
  layer('layerNorm', fc.record({ affine: fc.constantFrom('channel', 'element', 'none') }), {
    normalises: true,
    fits: (x) => x.shape[1]! * area(x) >= NORMALISED,
    apply: layerNorm,
  }),
  layer('instanceNorm', fc.record({ affine: fc.boolean() }), {
    normalises: true,
    fits: canNormalise,
    apply: instanceNorm,
  }),
  layer('groupNorm', fc.record({ groups: upTo(2) }), {
    normalises: true,
    fits: (x, { groups }) => canNormalise(x) && x.shape[1]! % groups === 0,
    apply: groupNorm,
  }),
  layer('pixelNorm', none, {
    normalises: true,
    fits: (x) => x.shape[1]! > 1,
    apply: (_, __, x) => pixelNorm(x),
  }),
  layer('activation', fc.constantFrom('relu', 'leakyRelu', 'tanh', 'sigmoid', 'elu', 'softplus'), {
    apply: (_, __, x, name) => activations[name](x),
  }),
  layer('dropout', fc.record({ probability: fc.constantFrom(0.25, 0.5) }), { apply: dropout }),
  layer('upsampleNearest', none, { fits: isSmall, apply: (_, __, x) => upsampleNearest(x, 2) }),
  layer('averagePool', none, { fits: isEven, apply: (_, __, x) => averagePool(x, 2) }),
  layer('downBlock', blocks, {
    fits: (x) => isImage(x) && sidesOf(x).every((side) => side >= 4),
    apply: downBlock,
  }),
  layer('upBlock', fc.tuple(blocks, fc.constantFrom('transpose', 'resize')), {
    fits: isSmall,
    apply: (scope, name, x, [options, upsample]) => upBlock(scope, name, x, { ...options, upsample }),
  }),
  layer('residualBlock', fc.tuple(blocks, fc.constantFrom('none', 'up', 'down')), {
    fits: (x, [, resample]) => canNormalise(x) && { none: true, up: isSmall(x), down: isEven(x) }[resample],
    apply: (scope, name, x, [options, resample]) => residualBlock(scope, name, x, { ...options, resample }),
  }),
);

/** A stack of layers, and an image [C, H, W] it may start from, which a dense layer makes. */
export interface Stack {
  image: readonly number[] | undefined;
  layers: readonly Layer[];
}

export const stacks = (longest: number): fc.Arbitrary<Stack> =>
  fc.record({
    image: fc.option(fc.tuple(channels, upTo(8), upTo(8)), { nil: undefined, freq: 8 }),
    layers: fc.array(layers, { minLength: 1, maxLength: longest }),
  });

const through = (scope: Scope, stack: readonly Layer[], x: Tensor): Tensor =>
  stack
    // Of two normalisations in a row, the second leaves the scale of the first a gradient of nothing but rounding.
    .filter(({ normalises }, i) => !(normalises && stack[i - 1]?.normalises))
    .reduce((y, layer, i) => (layer.fits(y) ? layer.apply(scope, `layer${i}`, y) : y), x);

/** From noise [B, Z] to examples in [-1, 1]: images of three channels, or points of three numbers. */
export const generatorOf =
  ({ image, layers }: Stack): NetworkFunction =>
  (scope, z) => {
    const start = image
      ? reshape(dense(scope, 'start', z!, { units: image.reduce((size, side) => size * side, 1) }), [
          z!.shape[0]!,
          ...image,
        ])
      : z!;
    const y = through(scope, layers, start);
    const out = isImage(y)
      ? conv2d(scope, 'out', y, { channels: 3, kernel: 3, padding: 1 })
      : dense(scope, 'out', y, { units: 3 });
    return tanh(out);
  };

/** From examples to logits [B, 1]. */
export const criticOf =
  ({ layers }: Stack): NetworkFunction =>
  (scope, x) =>
    dense(scope, 'out', flatten(through(scope, layers, x!)), { units: 1 });
