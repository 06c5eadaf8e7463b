import { describe, expect, it } from 'vitest';
import { buildGan } from '../gan/build.ts';
import { resolveConfig } from '../gan/config.ts';
import { interpreterExecutor } from '../runtime/interpreter.ts';
import { nodeExecutor } from '../runtime/node.ts';
import { zoo } from '../zoo/index.ts';
import { initializeStates } from './feeds.ts';
import { compileSampler, wholeRows } from './sampling.ts';

const digits = { kind: 'images', shape: [1, 16, 16], classes: ['0', '1', '2'] } as const;

async function samplerOf(name: string) {
  const gan = zoo.find((candidate) => candidate.name === name)!;
  const config = resolveConfig(
    gan,
    { batch: 2, average: 0, ...(name === 'gan' ? {} : { width: 2 }) },
    digits,
  );
  const states = interpreterExecutor.createStates();
  initializeStates(states, buildGan(gan, config, digits).specs, 1);
  const sampler = await compileSampler(interpreterExecutor, { gan, config, data: digits }, { batch: 4 });
  return { sampler, states };
}

describe('a sampler of a conditional GAN', () => {
  it('makes the class it is asked for, and one class a column when it is not', async () => {
    const { sampler, states } = await samplerOf('acgan');
    expect([sampler.conditional, sampler.columns]).toEqual([true, 3]);
    const rows = async (seeds: number[], labels?: number[]) => {
      const { data } = await sampler.sample({ seeds, ...(labels ? { labels } : {}) }, states);
      return seeds.map((_, i) => [...data.slice(i * 256, (i + 1) * 256)]);
    };
    const [free, ...others] = await rows([4, 7]);
    expect(others).toHaveLength(1);
    expect(free).toEqual((await rows([4], [1]))[0]);
    expect(free).not.toEqual((await rows([4], [2]))[0]);
  });

  it('fills whole rows', () => {
    expect([64, 2, 3, 7].map((count) => wholeRows(count, { columns: 3 }))).toEqual([63, 3, 3, 6]);
    expect(wholeRows(64, { columns: undefined })).toBe(64);
  });
});

it('a sampler without classes refuses one', async () => {
  const { sampler, states } = await samplerOf('lsgan');
  expect([sampler.conditional, sampler.columns]).toEqual([false, undefined]);
  await expect(sampler.sample({ seeds: [0], labels: [1] }, states)).rejects.toThrow(
    /lsgan is not conditional/,
  );
});

describe('weights for good', () => {
  it('make the same pictures, whatever becomes of the states', async () => {
    for (const executor of [interpreterExecutor, nodeExecutor]) {
      // Batch norm by running statistics, an embedding and, with spectral norm, weights that are divided anew in every call.
      for (const name of ['acgan', 'biggan']) {
        const gan = zoo.find((candidate) => candidate.name === name)!;
        const config = resolveConfig(gan, { batch: 2, average: 0, width: 2 }, digits);
        const states = executor.createStates();
        initializeStates(states, buildGan(gan, config, digits).specs, 1);
        const made = { gan, config, data: digits };
        const live = await compileSampler(executor, made, { batch: 2 });
        const fixed = await compileSampler(executor, made, { batch: 2, fixed: states });
        const wanted = await live.sample({ seeds: [0, 1, 2] }, states);
        for (const state of states.names()) {
          const values = states.read(state);
          states.write(state, states.shape(state), values.fill(0));
        }
        const found = await fixed.sample({ seeds: [0, 1, 2] }, states);
        expect(found.shape).toEqual(wanted.shape);
        const differences = found.data.map((x, i) => Math.abs(x - wanted.data[i]!));
        expect(Math.max(...differences)).toBeLessThan(1e-5);
        await Promise.all([live.release(), fixed.release()]);
      }
    }
  });
});

describe('truncation', () => {
  const numbers = async (truncation?: number) => {
    const { sampler, states } = await samplerOf('lsgan');
    const made = await sampler.sample({ seeds: [3, 4], ...(truncation ? { truncation } : {}) }, states);
    return [...made.data];
  };

  it('changes nothing where no number of the latent lies beyond', async () => {
    expect(await numbers(9)).toEqual(await numbers());
    expect(await numbers(0.5)).not.toEqual(await numbers());
  });

  it('refuses thresholds of nothing, and latents without a bell', async () => {
    await expect(numbers(-1)).rejects.toThrow('truncation: expected a number above 0, got -1');
    const uniformGan = zoo.find(({ name }) => name === 'gan')!;
    const config = resolveConfig(uniformGan, { prior: 'uniform', average: 0 }, digits);
    const sampler = await compileSampler(interpreterExecutor, { gan: uniformGan, config, data: digits });
    const states = interpreterExecutor.createStates();
    await expect(sampler.sample({ seeds: [0], truncation: 1 }, states)).rejects.toThrow(
      'gan has no Gaussian latent to truncate; use psi instead',
    );
  });
});
