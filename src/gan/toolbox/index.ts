import type { DataShape } from '../../base/dataShape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { Schedule } from '../../optim/optimizer.ts';
import { INSTANCE_NOISE, noiseSchedule } from '../controls/instanceNoise.ts';
import type { Average, BaseConfig, Bound, StepValues } from '../defineGan.ts';
import { type NetworkFacts, refusals } from './compatibility.ts';
import { toolboxOptimizers } from './optimizers.ts';
import { toolboxPhases } from './phases.ts';
import type { ToolboxConfig } from './settings.ts';
import { type Casting, type GameInputs, type Players, plainCasting } from './values.ts';

export { toolboxCritic, toolboxGenerator } from './networks.ts';
export { type ToolboxConfig, toolboxSettings } from './settings.ts';
export { type Casting, type GameInputs, type Players, toolboxInputs } from './values.ts';

/** How a system plays the game, where it is not played in the usual way. */
export interface Staging<C, P extends Players = Players, I extends GameInputs = GameInputs> {
  casting?: Casting<P, I>;
  real?: (config: C, real: Tensor) => Tensor;
}

/**
 * What a system of a generator `G` and a critic `D` over the toolbox has in common with every other: spread it into
 * `defineGan` beside the settings (`toolboxSettings`), networks (`toolboxCritic`, `toolboxGenerator`) and inputs (`toolboxInputs`).
 *
 * @param facts what the system's settings say of its networks, for refusing what cannot work together, and for passing real and
 *   fake examples through the critic at once where their scores do not depend on each other.
 * @param options `casting`: who plays the generator, by default the network G; `real`: what is made of real examples before the
 *   critic sees them, by systems that grow.
 */
export const toolbox = <
  C extends ToolboxConfig & BaseConfig,
  P extends Players = Players,
  I extends GameInputs = GameInputs,
>(
  facts: (config: C, data: DataShape) => NetworkFacts,
  { casting = plainCasting as Casting<P, I>, real }: Staging<C, P, I> = {},
) => ({
  optimizers: toolboxOptimizers(casting.makers),
  phases: (c: C, data: DataShape) => toolboxPhases(c, facts(c, data), casting, real && ((x) => real(c, x))),
  averages: averagesOf(casting.makers),
  schedules: (c: ToolboxConfig): Record<string, Schedule> =>
    c.instanceNoise > 0 ? { [INSTANCE_NOISE]: noiseSchedule(c.instanceNoise, c.instanceNoiseImages) } : {},
  sample: (networks: Bound<P>, values: StepValues<I>): Tensor =>
    casting.generator(networks, values)(values.z, values.label),
  refuses: (c: C, data: DataShape): readonly string[] => refusals(c, facts(c, data), data),
});

/** The average of the generator that the setting asks for, with StyleGAN2's ramp (arXiv:1912.04958). */
const averagesOf =
  (makers: readonly string[]) =>
  ({ average }: ToolboxConfig): Record<string, Average> =>
    average > 0
      ? Object.fromEntries(
          makers.map((name) => [name, { halfLife: average, rampUp: 0.05, statistics: 'average' }]),
        )
      : {};
