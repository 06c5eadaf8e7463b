import { describe, expect, it } from 'vitest';
import { randomStream } from '../../base/random.ts';
import { buildGan } from '../../gan/build.ts';
import { interpreterExecutor } from '../../runtime/interpreter.ts';
import { type Measure, protocols, runTrial, trialConfig } from './index.ts';
import { estimate, formatEstimate, formatPublished, summarize } from './summary.ts';
import { blockDistance } from './swissRoll.ts';

const find = (name: string) => protocols.find((protocol) => protocol.name === name)!;
const percent: Measure = { key: 'highQuality', title: 'high quality', show: { as: 'percent', decimals: 1 } };

describe('estimate', () => {
  it('is the mean and s / sqrt(n)', () => {
    // Squared deviations 9, 1, 1, 9: s^2 = 20 / 3, over four trials.
    expect(estimate([0, 2, 4, 6])).toEqual({ mean: 3, error: expect.closeTo(Math.sqrt(5 / 3), 12) });
    expect(estimate([7])).toEqual({ mean: 7 });
    expect(estimate([])).toBeUndefined();
  });

  it('leaves out trials without a score', () => {
    expect(summarize([{ highQuality: 0.5 }, { highQuality: null }, {}], [percent])).toEqual({
      highQuality: { mean: 0.5 },
    });
  });

  it('is shown as its measure is', () => {
    expect(formatEstimate({ mean: 0.98249, error: 0.0021 }, percent)).toBe('98.2±0.2 %');
    expect(formatEstimate(undefined, percent)).toBe('–');
    expect(formatPublished({ mean: 0.982, error: 0.002 }, percent)).toBe('98.2±0.2 %');
    expect(formatPublished({ mean: 0.0013 }, percent)).toBe('0.13 %');
    expect(formatPublished({ mean: 0.956, error: 0.02 }, percent)).toBe('95.6±2.0 %');
  });
});

describe('protocols', () => {
  it.each(protocols.map((protocol) => [protocol.name, protocol] as const))(
    '%s: all systems have valid settings, the plain game first',
    async (_, protocol) => {
      const data = await protocol.open();
      for (const system of [...protocol.systems, ...Object.values(protocol.recipes).flat()]) {
        expect(trialConfig(system, data, system.steps).batch).toBeGreaterThan(0);
      }
      expect(protocol.systems.map(({ name }) => name)).toEqual(['gan', 'wgan-gp', 'pacgan2', 'best']);
      const keys = protocol.measures.map(({ key }) => key);
      for (const { values } of protocol.published)
        expect(keys).toEqual(expect.arrayContaining(Object.keys(values)));
    },
  );

  it.each([
    ['ring', 8, 0.9889],
    ['grid', 25, 0.9889],
    ['two-gaussians', 2, 0.9973],
  ])('%s: fresh real samples score as a perfect sampler', async (name, modes, highQuality) => {
    const protocol = find(name);
    const scores = await protocol.score(await protocol.real(3));
    expect(scores.modes).toBe(modes);
    // Four standard errors of 2,500 samples.
    expect(Math.abs(scores.highQuality! - highQuality)).toBeLessThan(
      4 * Math.sqrt((highQuality * (1 - highQuality)) / 2500),
    );
    expect(scores.reverseKl).toBeLessThan(5 * (protocol.floor.reverseKl ?? 0) + 0.002);
    expect(scores.spread).toBeGreaterThan(0.94);
    expect(scores.spread).toBeLessThan(1.04);
  });

  it('two-gaussians: samples moved by 0.25 are 0.25 away', async () => {
    const protocol = find('two-gaussians');
    const real = await protocol.real(0);
    const near = (await protocol.score(real)).wasserstein1!;
    const moved = await protocol.score({ ...real, data: real.data.map((x) => x + 0.25) });
    expect(near).toBeLessThan(0.1);
    expect(Math.abs(moved.wasserstein1! - 0.25)).toBeLessThan(near + 0.01);
  });

  it('swiss-roll: collapsed samples are far, real ones near', async () => {
    const protocol = find('swiss-roll');
    const real = await protocol.real(0);
    const near = (await protocol.score(real)).wasserstein1!;
    const far = (await protocol.score({ ...real, data: new Float32Array(real.data.length) })).wasserstein1!;
    expect(near).toBeLessThan(0.15);
    // To the centre it is the mean radius, about 3 pi / 7.5.
    expect(far).toBeGreaterThan(1.15);
    expect(far).toBeLessThan(1.4);
  });
});

it('blockDistance averages exact distances of blocks', () => {
  const random = randomStream(0, 'test');
  const x = Array.from({ length: 2000 }, () => random.normal());
  const shifted = x.map((value, i) => value + (i % 2 === 0 ? 3 : i < 1000 ? 4 : 0));
  // The first block of 500 is moved by (3, 4), the second by (3, 0).
  expect(blockDistance(x, shifted)).toBeCloseTo((5 + 3) / 2, 9);
});

describe('runTrial', () => {
  const trial = async (seed: number) => {
    const protocol = find('ring');
    const system = {
      ...protocol.systems[0]!,
      settings: () => ({ preset: 'points', generator: [4], critic: [4], batch: 8 }),
    };
    const options = { protocol, system, data: await protocol.open(), seed, threads: 1, minutes: 1 };
    return { ...options, executor: interpreterExecutor, steps: 3 };
  };

  it('trains, samples and scores, the same for the same seed', async () => {
    const [a, b, c] = [
      await runTrial(await trial(1)),
      await runTrial(await trial(1)),
      await runTrial(await trial(2)),
    ];
    expect(a).toMatchObject({ steps: 3, samples: { shape: [2500, 2] } });
    expect(Object.keys(a!.scores)).toEqual([
      'modes',
      'highQuality',
      'reverseKl',
      'spread',
      'spreadLow',
      'spreadHigh',
    ]);
    expect(b!.samples).toEqual(a!.samples);
    expect(c!.samples).not.toEqual(a!.samples);
  });

  it('is given up when it is told so', async () => {
    const steps: number[] = [];
    const given = await runTrial({
      ...(await trial(1)),
      onEvent: async (event) => {
        if (event.type === 'step') steps.push(event.step);
        return steps.length < 2;
      },
    });
    expect(given).toBeUndefined();
    expect(steps).toEqual([1, 2]);
  });
});

describe('stacked digits', () => {
  const open = async () => {
    const { allProtocols } = await import('./node.ts');
    return allProtocols.filter(({ name }) => name.startsWith('stacked-mnist'));
  };

  it('build every system with the widths of the papers', async () => {
    for (const protocol of await open()) {
      const data = await protocol.open();
      const all = [...protocol.systems, ...Object.values(protocol.recipes).flat()];
      for (const system of all) {
        const config = trialConfig(system, data, system.steps);
        const phases = buildGan(system.gan, config, data).phases.map(({ name }) => name);
        expect(phases).toEqual(expect.arrayContaining(['critic', 'generator']));
      }
    }
    const tiny = (await open()).at(-1)!;
    expect(trialConfig(tiny.systems[0]!, await tiny.open(), 1)).toMatchObject({
      width: 8,
      criticWidth: 4,
      latent: 256,
      batch: 128,
      lr: 1e-4,
      criticLr: 2e-4,
    });
  });

  it('score one image repeated as one mode, log 1000 away', async () => {
    const [protocol] = await open();
    const data = await protocol!.open();
    const { real } = data.read([5]);
    const repeated = new Float32Array(2100 * real.length).map((_, i) => real[i % real.length]!);
    const scores = await protocol!.score({ shape: [2100, 3, 28, 28], data: repeated });
    expect(scores.modes).toBe(1);
    expect(scores.reverseKl).toBeCloseTo(Math.log(1000), 9);
  });
});
