import { describe, expect, it } from 'vitest';
import { buildGan } from '../gan/build.ts';
import { resolveConfig } from '../gan/config.ts';
import { interpreterExecutor } from '../runtime/interpreter.ts';
import { zoo } from '../zoo/index.ts';
import { initializeStates } from './feeds.ts';
import { compileScorer } from './scoring.ts';

const points = { kind: 'points', shape: [2], classes: [] } as const;
const gan = zoo.find(({ name }) => name === 'gan')!;

/** The scorer of a critic that is one linear layer of known weights. */
async function linearScorer(settings: Record<string, unknown> = {}) {
  const config = resolveConfig(gan, { batch: 2, critic: [], generator: [], ...settings }, points);
  const states = interpreterExecutor.createStates();
  initializeStates(states, buildGan(gan, config, points).specs, 1);
  const [weight, bias] = ['D/out/weight', 'D/out/bias'];
  states.write(weight!, states.shape(weight!), [2, -1]);
  states.write(bias!, [1], [0.5]);
  return { scorer: (await compileScorer(interpreterExecutor, { gan, config, data: points }))!, states };
}

const examples = { real: Float32Array.of(1, 0, 0, 1, 3, 3, 0, 0, 9, 9), labels: new Int32Array(5) };

describe('a scorer', () => {
  it('gives what the critic says of each example, in order, of whole batches', async () => {
    const { scorer, states } = await linearScorer();
    expect(await scorer.score(examples, states)).toEqual([2.5, -0.5, 3.5, 0.5]);
    await scorer.release();
  });

  it('leaves out dropout and noise that is scheduled for training', async () => {
    const { scorer, states } = await linearScorer({ inputDropout: 0.9, instanceNoise: 5 });
    expect(await scorer.score(examples, states)).toEqual([2.5, -0.5, 3.5, 0.5]);
  });

  it('is not there for a GAN without a network D', async () => {
    const { D: _, ...others } = gan.networks(resolveConfig(gan, { batch: 2 }, points), points);
    const headless = { ...gan, networks: () => others };
    const config = resolveConfig(gan, { batch: 2 }, points);
    expect(await compileScorer(interpreterExecutor, { gan: headless, config, data: points })).toBeUndefined();
  });
});
