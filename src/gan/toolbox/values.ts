import type { DataShape } from '../../base/dataShape.ts';
import { normal, type RandomInput, uniform } from '../../nn/distribution.ts';
import type { NetworkFunction } from '../../nn/scope.ts';
import type { Bound, StepValues } from '../defineGan.ts';
import type { BoundNetwork } from '../trace.ts';
import type { ToolboxConfig } from './settings.ts';

/** The two players. Both are called with the class as second input, which unconditional ones ignore. */
export type Players = { G: NetworkFunction; D: NetworkFunction };

/** The random inputs of a game. What a step does not use is never drawn. */
export type GameInputs = {
  /** The latent. */
  z: RandomInput;
  /** Where between real and fake the gradient penalty looks, in [0, 1). */
  mix: RandomInput;
  /** Standard Gaussian, of an example's shape: DRAGAN's neighbourhood of the data. */
  around: RandomInput;
  /** Standard Gaussian, of an example's shape: the random image of path length regularisation. */
  direction: RandomInput;
  /** 1 where the critic is told the wrong side. */
  flipReal: RandomInput;
  flipFake: RandomInput;
};

/** A step's players and tensors. */
export type Game = { G: BoundNetwork; D: BoundNetwork } & StepValues<GameInputs>;

/** Who plays the generator, where that is not the network G alone. */
export interface Casting<P extends Players = Players, I extends GameInputs = GameInputs> {
  /** Networks the generator is made of, which are trained and averaged together. */
  makers: readonly (keyof P & string)[];
  /** The generator of a step: from z, or a part of its rows, and labels to samples; its result `w` is what paths are measured in. */
  generator(networks: Bound<P>, values: StepValues<I>): BoundNetwork;
}

export const plainCasting: Casting = { makers: ['G'], generator: ({ G }) => G };

/** Every random input the toolbox may want, besides the system's own latent. */
export function toolboxInputs(
  { labelFlip }: Pick<ToolboxConfig, 'labelFlip'>,
  data: DataShape,
): Omit<GameInputs, 'z'> {
  const flip: RandomInput = { shape: [1], distribution: { kind: 'bernoulli', probability: labelFlip } };
  return {
    mix: uniform(data.shape.map(() => 1)),
    around: normal(data.shape),
    direction: normal(data.shape),
    flipReal: flip,
    flipFake: flip,
  };
}
