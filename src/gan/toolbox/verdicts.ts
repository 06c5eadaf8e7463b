import { concat, slice } from '../../graph/ops/slicing.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { BoundNetwork } from '../trace.ts';
import type { ToolboxConfig } from './settings.ts';
import type { NetworkFacts } from './traits.ts';
import type { Game } from './values.ts';

/** What the critic makes of one side's examples. */
type Verdict = ReturnType<BoundNetwork['all']>;

/**
 * Whether one pass of the critic over real and fake examples together gives what two passes give: not where an example's score
 * depends on the rest of its batch, or where masks are drawn pass by pass. Nor is it worth it beside a penalty at real or at fake examples, which shares the pass
 * over those alone.
 */
export const judgesTogether = (c: ToolboxConfig, { criticNorm }: NetworkFacts): boolean =>
  criticNorm !== 'batch' &&
  c.packing === 1 &&
  c.dropout === 0 &&
  c.minibatchStd === 0 &&
  c.minibatchDiscrimination === 0 &&
  c.r1 === 0 &&
  c.r2 === 0 &&
  (c.gradientPenalty === 'none' || c.gradientPenalty === 'dragan' || c.penaltyAt === 'between');

/** The critic on real examples and on fakes [B, ...], in one pass over [2 B, ...] or in two. */
export function verdicts(
  critic: BoundNetwork,
  { real, label }: Pick<Game, 'real' | 'label'>,
  fake: Tensor,
  together: boolean,
): { onReal: Verdict; onFake: Verdict } {
  if (!together) {
    const onFake = critic.all(fake, label);
    return { onReal: critic.all(real, label), onFake };
  }
  const { output, results } = critic.all(concat([real, fake], 0), concat([label, label], 0));
  const side = (first: boolean): Verdict => {
    const half = (x: Tensor) => {
      const batch = x.shape[0]! / 2;
      return slice(x, 0, first ? 0 : batch, first ? batch : 2 * batch);
    };
    return { output: half(output), results: new Map([...results].map(([name, x]) => [name, half(x)])) };
  };
  return { onReal: side(true), onFake: side(false) };
}
