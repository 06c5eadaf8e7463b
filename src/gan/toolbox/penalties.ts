import { mul } from '../../graph/ops/elementwise.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { around, between, slopePenalty, zeroCentredPenalty } from '../controls/gradientPenalties.ts';
import { sharedInPack } from '../controls/packing.ts';
import type { ToolboxConfig } from './settings.ts';
import type { Game } from './values.ts';

type PenaltyConfig = Pick<
  ToolboxConfig,
  'gradientPenalty' | 'lambda' | 'penaltyTarget' | 'penaltyAt' | 'r1' | 'r2' | 'packing'
>;

export const hasGradientPenalty = ({ gradientPenalty, r1, r2 }: PenaltyConfig): boolean =>
  gradientPenalty !== 'none' || r1 > 0 || r2 > 0;

/** Whether any penalty is taken at generated examples. */
export const penaltyNeedsFakes = ({ gradientPenalty, penaltyAt, r2 }: PenaltyConfig): boolean =>
  r2 > 0 || (gradientPenalty !== 'none' && gradientPenalty !== 'dragan' && penaltyAt !== 'real');

/** The gradient penalties that are switched on, by the name of their chart, and what they add to the critic's loss. */
export function gradientPenalties(
  c: PenaltyConfig,
  { D, real, label, mix, around: noise }: Game,
  fake: Tensor,
): { terms: Tensor[]; charts: Record<string, Tensor> } {
  const critic = (x: Tensor) => D.still(x, label);
  const terms: Tensor[] = [];
  const charts: Record<string, Tensor> = {};
  if (c.gradientPenalty !== 'none') {
    const points = {
      between: () => between(real, fake, sharedInPack(mix, c.packing)),
      real: () => real,
      fake: () => fake,
    };
    const x = c.gradientPenalty === 'dragan' ? around(real, noise) : points[c.penaltyAt]();
    charts.penalty = slopePenalty(critic, x, {
      target: c.penaltyTarget,
      oneSided: c.gradientPenalty === 'one-sided',
    });
    terms.push(mul(charts.penalty, c.lambda));
  }
  for (const [name, gamma, x] of [
    ['r1', c.r1, real],
    ['r2', c.r2, fake],
  ] as const) {
    if (gamma === 0) continue;
    charts[name] = zeroCentredPenalty(critic, x, gamma);
    terms.push(charts[name]);
  }
  return { terms, charts };
}
