import type { DataShape } from '../../base/dataShape.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { Schedule } from '../../optim/optimizer.ts';
import { INSTANCE_NOISE, noiseSchedule } from '../controls/instanceNoise.ts';
import type { Average, BaseConfig, Bound, StepValues } from '../defineGan.ts';
import { type NetworkFacts, refusals } from './compatibility.ts';
import { toolboxOptimizers } from './optimizers.ts';
import { toolboxPhases } from './phases.ts';
import type { ToolboxConfig } from './settings.ts';
import type { GameInputs, Players } from './values.ts';

export { toolboxCritic, toolboxGenerator } from './networks.ts';
export { type ToolboxConfig, toolboxSettings } from './settings.ts';
export { type GameInputs, type Players, toolboxInputs } from './values.ts';

/**
 * What a system of a generator `G` and a critic `D` over the toolbox has in common with every other: spread it into
 * `defineGan` beside the settings (`toolboxSettings`), networks (`toolboxCritic`, `toolboxGenerator`) and inputs (`toolboxInputs`).
 *
 * @param facts what the system's settings say of its networks, for refusing what cannot work together, and for passing real and
 *   fake examples through the critic at once where their scores do not depend on each other.
 * @param options `real`: what is made of real examples before the critic sees them, by systems that grow.
 */
export const toolbox = <C extends ToolboxConfig & BaseConfig>(
  facts: (config: C, data: DataShape) => NetworkFacts,
  { real }: { real?: (config: C, real: Tensor) => Tensor } = {},
) => ({
  optimizers: toolboxOptimizers,
  phases: (c: C, data: DataShape) => toolboxPhases(c, facts(c, data), real && ((x) => real(c, x))),
  averages: averagedGenerator,
  schedules: (c: ToolboxConfig): Record<string, Schedule> =>
    c.instanceNoise > 0 ? { [INSTANCE_NOISE]: noiseSchedule(c.instanceNoise, c.instanceNoiseImages) } : {},
  sample: ({ G }: Bound<Players>, { z, label }: StepValues<GameInputs>): Tensor => G(z, label),
  refuses: (c: C, data: DataShape): readonly string[] => refusals(c, facts(c, data), data),
});

/** The average of the generator that the setting asks for, with StyleGAN2's ramp (arXiv:1912.04958). */
const averagedGenerator = ({ average }: ToolboxConfig): { G?: Average } =>
  average > 0 ? { G: { halfLife: average, rampUp: 0.05, statistics: 'average' } } : {};
