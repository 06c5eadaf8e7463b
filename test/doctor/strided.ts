import {
  type AnyGan,
  conv2d,
  convTranspose2d,
  defineGan,
  dense,
  flatten,
  leakyRelu,
  normal,
  relu,
  reshape,
  type Scope,
  type Tensor,
  tanh,
  toolbox,
  toolboxCritic,
  toolboxGenerator,
  toolboxInputs,
  toolboxSettings,
  z,
} from '../../src/index.ts';

/** Doubles the sides with kernels of 3 at stride 2, which reach some pixels more often than others. */
const doubled = (scope: Scope, name: string, x: Tensor, channels: number): Tensor =>
  convTranspose2d(scope, name, x, { channels, kernel: 3, stride: 2, padding: 1, outputPadding: 1 });

const halved = (scope: Scope, name: string, x: Tensor, channels: number): Tensor =>
  leakyRelu(conv2d(scope, name, x, { channels, kernel: 3, stride: 2, padding: 1 }), 0.2);

/** A GAN whose generator leaves a checkerboard: kernels that the stride does not divide, and no normalisation. */
export const strided: AnyGan = defineGan({
  name: 'strided',
  title: 'Transposed convolutions of 3x3 at stride 2',
  data: ['images'],
  config: z.strictObject({
    batch: z.int().min(1).default(32).describe('images in a step'),
    latent: z.int().min(1).default(32).describe('length of the noise vector z'),
    width: z.int().min(1).default(8).describe('channels beside the image'),
    ...toolboxSettings(),
  }),
  networks: (c, data) => {
    const side = data.shape[1]! / 4;
    return {
      G: toolboxGenerator(c, data, () => (scope, noise) => {
        const first = relu(dense(scope, 'project', noise!, { units: 2 * c.width * side * side }));
        const maps = reshape(first, [noise!.shape[0]!, 2 * c.width, side, side]);
        return tanh(doubled(scope, 'out', relu(doubled(scope, 'up', maps, c.width)), data.shape[0]!));
      }),
      D: toolboxCritic(c, data, {
        features: (scope, x) => halved(scope, 'down2', halved(scope, 'down1', x!, c.width), 2 * c.width),
        score: (scope, features) => dense(scope, 'out', flatten(features!), { units: 1 }),
      }),
    };
  },
  inputs: (c, data) => ({ z: normal([c.latent]), ...toolboxInputs(c, data) }),
  ...toolbox(() => ({ criticNorm: 'none' as const, generatorBatchNorm: false })),
});
