import fc from 'fast-check';
import * as z from 'zod';
import { type BuiltGan, buildGan } from '../../src/gan/build.ts';
import { gradientPenalty, squaredGradientNorm } from '../../src/gan/controls/gradientPenalties.ts';
import { criticLoss, generatorLoss } from '../../src/gan/controls/objectives.ts';
import { type AnyGan, defineGan } from '../../src/gan/defineGan.ts';
import { input, mean, type Tensor } from '../../src/graph/index.ts';
import { normal, uniform } from '../../src/nn/index.ts';
import { testScope } from '../../src/nn/scope.testing.ts';
import { adam, rmsprop, sgd } from '../../src/optim/index.ts';
import { criticOf, generatorOf, type Stack, stacks } from './randomNetworks.ts';

/** What a GAN is made from. All of it is printed when a test of it fails. */
export interface Recipe {
  batch: number;
  latent: number;
  generator: Stack;
  critic: Stack;
  loss: keyof typeof losses;
  penalty: keyof typeof penalties;
  optimizer: keyof typeof optimizers;
  accumulate: number;
}

/** What critic and generator minimise, from logits of real and generated examples. */
const losses = {
  logistic: { critic: criticLoss, generator: (fake: Tensor) => generatorLoss(fake) },
  wasserstein: {
    critic: (real: Tensor, fake: Tensor) => mean(fake).sub(mean(real)),
    generator: (fake: Tensor) => mean(fake).neg(),
  },
  leastSquares: {
    critic: (real: Tensor, fake: Tensor) => mean(real.sub(1).pow(2)).add(mean(fake.pow(2))),
    generator: (fake: Tensor) => mean(fake.sub(1).pow(2)),
  },
};

type Penalty = (...of: Parameters<typeof gradientPenalty>) => Tensor;

const penalties: Record<'none' | 'betweenExamples' | 'atReal', Penalty | undefined> = {
  none: undefined,
  betweenExamples: gradientPenalty,
  atReal: (critic, real) => mean(squaredGradientNorm(critic, real)),
};

// With the usual eps, gradients that would be zero but for rounding would move parameters as far as any other.
const eps = 1e-2;
const optimizers = {
  sgd: sgd({ lr: 0.05, momentum: 0.5 }),
  adam: adam({ lr: 0.01, b1: 0.5, eps }),
  rmsprop: rmsprop({ lr: 0.01, alpha: 0.9, eps }),
};

const oneOf = <T extends object>(table: T) => fc.constantFrom(...(Object.keys(table) as (keyof T)[]));

export const recipes: fc.Arbitrary<Recipe> = fc.record({
  // Of less than three, batch normalisation leaves no more than a sign.
  batch: fc.integer({ min: 3, max: 5 }),
  latent: fc.integer({ min: 1, max: 6 }),
  generator: stacks(4),
  critic: stacks(5),
  loss: oneOf(losses),
  penalty: oneOf(penalties),
  optimizer: oneOf(optimizers),
  accumulate: fc.constantFrom(1, 1, 1, 2),
});

/** The GAN of a recipe, with a phase for the critic and one for the generator. */
export function ganOf(recipe: Recipe): BuiltGan {
  const { batch, latent, accumulate } = recipe;
  const G = generatorOf(recipe.generator);
  const example = G(testScope(), input('z', [batch, latent])).shape.slice(1);
  const { critic, generator } = losses[recipe.loss];
  const penalty = penalties[recipe.penalty];
  const gan: AnyGan = defineGan({
    name: 'random',
    title: 'A random GAN',
    data: ['images', 'points'],
    config: z.strictObject({ batch: z.int().default(batch) }),
    networks: () => ({ G, D: criticOf(recipe.critic) }),
    optimizers: () => ({ G: optimizers[recipe.optimizer], D: optimizers[recipe.optimizer] }),
    inputs: () => ({ z: normal([latent]), mix: uniform(example.map(() => 1)) }),
    phases: () => [
      {
        name: 'critic',
        trains: 'D',
        step({ G, D }, { real, z, mix }) {
          const fake = G(z);
          const loss = critic(D(real), D(fake));
          return { loss: penalty ? loss.add(penalty(D, real, fake, mix)) : loss };
        },
      },
      { name: 'generator', trains: 'G', step: ({ G, D }, { z }) => ({ loss: generator(D(G(z))) }) },
    ],
  });
  const kind = example.length === 3 ? 'images' : 'points';
  return buildGan(gan, { batch }, { kind, shape: example, classes: [] }, { accumulate });
}
