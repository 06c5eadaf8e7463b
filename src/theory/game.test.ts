import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  criticLoss as criticLossGraph,
  generatorLoss as generatorLossGraph,
} from '../gan/controls/objectives.ts';
import { evaluate, grad, input, tensor } from '../graph/index.ts';
import { discretize } from './distribution.ts';
import { jensenShannonDivergence, pearsonDivergence, totalVariation } from './divergence.ts';
import { collapse, twoPointMasses } from './examples.ts';
import { distributions } from './fixture.testing.ts';
import {
  criticSampleLoss,
  gameValue,
  nonSaturatingSampleLoss,
  optimalCritic,
  saturatingSampleLoss,
} from './game.ts';
import {
  criticLoss,
  leastSquaresCriterion,
  type ObjectiveName,
  objectives,
  optimalOutputs,
  sigmoid,
} from './objectives.ts';

const LOG_4 = Math.log(4);
const probabilities = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 });

describe('the original game', () => {
  it('has the optimal critic p / (p + q), and 1/2 where neither happens', () => {
    expect(optimalCritic([0.6, 0.4, 0, 0], [0.2, 0, 0.8, 0])).toEqual([0.6 / (0.6 + 0.2), 1, 0, 0.5]);
  });

  it('is worth 2 JSD - log 4 at the optimal critic, and no critic does better', () => {
    fc.assert(
      fc.property(distributions(2), probabilities, ([p, q], any) => {
        const best = gameValue(p!, q!, optimalCritic(p!, q!));
        expect(best).toBeCloseTo(2 * jensenShannonDivergence(p!, q!) - LOG_4, 12);
        expect(gameValue(p!, q!, any.slice(0, p!.length))).toBeLessThanOrEqual(best + 1e-12);
      }),
    );
  });

  it('is worth that for two normal densities too, in whose tails p / (p + q) rounds to 1', () => {
    const normal = (mean: number) =>
      discretize((x) => Math.exp(-((x - mean) ** 2) / 2), { from: -20, to: 20, cells: 2000 }).weights;
    const [p, q] = [normal(-3), normal(3)];
    const critic = optimalCritic(p, q);
    expect(Math.max(...critic)).toBeLessThan(1);
    expect(gameValue(p, q, critic)).toBeCloseTo(2 * jensenShannonDivergence(p, q) - LOG_4, 12);
  });

  it('is worth -log 4 when the generator is right, and 0 when it shares nothing with the data', () => {
    expect(gameValue([0.3, 0.7], [0.3, 0.7], [0.5, 0.5])).toBeCloseTo(-LOG_4, 15);
    expect(gameValue([1, 0], [0, 1], [1, 0])).toBe(0);
    expect(gameValue([1, 0], [0, 1], [0, 0.5])).toBe(-Infinity);
  });

  it('has the losses of the worked example', () => {
    const [real, fake] = [
      [0.9, 0.7],
      [0.3, 0.6],
    ] as const;
    expect(criticSampleLoss(real, fake)).toBeCloseTo(0.8675, 4);
    expect(nonSaturatingSampleLoss(fake)).toBeCloseTo(0.8574, 4);
    expect(saturatingSampleLoss(fake)).toBeCloseTo((Math.log(0.7) + Math.log(0.4)) / 2, 15);
  });

  it('has the losses that training has', () => {
    const logits = { real: [2.2, -0.3, 0.9], fake: [-0.8, 0.4, 3] };
    const [real, fake] = [tensor(logits.real).reshape([3, 1]), tensor(logits.fake).reshape([3, 1])];
    const [realD, fakeD] = [logits.real.map(sigmoid), logits.fake.map(sigmoid)];
    expect(criticSampleLoss(realD, fakeD)).toBeCloseTo(evaluate(criticLossGraph(real, fake))[0]!, 12);
    expect(nonSaturatingSampleLoss(fakeD)).toBeCloseTo(evaluate(generatorLossGraph(fake))[0]!, 12);
    expect(saturatingSampleLoss(fakeD)).toBeCloseTo(evaluate(generatorLossGraph(fake, 'minimax'))[0]!, 12);
  });

  it('refuses outputs that are no probabilities', () => {
    expect(() => criticSampleLoss([0.9, 1.7], [0.3])).toThrow(
      'criticSampleLoss: real[1] is 1.7; expected a probability from 0 to 1 (the sigmoid of a logit)',
    );
    expect(() => nonSaturatingSampleLoss([])).toThrow('fake is empty');
    expect(() => gameValue([1], [1], [0.5, 0.5])).toThrow('2 critic outputs for 1 outcomes');
  });
});

const names = Object.keys(objectives) as ObjectiveName[];

describe('the objectives', () => {
  it.each(names)('%s: slopes are the derivatives of the losses', (name) => {
    const { real, realSlope, fake, fakeSlope, generator, generatorSlope } = objectives[name];
    for (const [loss, slope] of [
      [real, realSlope],
      [fake, fakeSlope],
      [generator, generatorSlope],
    ] as const) {
      for (const t of [-30, -2.3, -0.4, 0, 0.7, 1.8, 30]) {
        expect(slope(t)).toBeCloseTo((loss(t + 1e-5) - loss(t - 1e-5)) / 2e-5, 5);
      }
    }
  });

  it.each(['minimax', 'non-saturating'] as const)('%s: slopes are those of the loss that trains', (name) => {
    const logit = input('logit', [1, 1]);
    const slope = grad(generatorLossGraph(logit, name), [logit])[0]!;
    for (const t of [-12, -1, 0, 0.5, 9]) {
      expect(objectives[name].generatorSlope(t)).toBeCloseTo(evaluate(slope, { logit: [t] })[0]!, 12);
    }
  });

  it('tell a generator whose examples are rejected what their limits say', () => {
    const slopes = Object.fromEntries(names.map((name) => [name, objectives[name].generatorSlope(-20)]));
    expect(slopes.minimax).toBeCloseTo(-2.061153618e-9, 15); // vanishes: -D = -sigmoid(-20)
    expect(slopes['non-saturating']).toBeCloseTo(-1, 8);
    expect(slopes).toMatchObject({ 'least-squares': -21, hinge: -1, wasserstein: -1 });
    for (const name of names) {
      const { generatorSlope, rejectedSlope } = objectives[name];
      if (Number.isFinite(rejectedSlope)) expect(generatorSlope(-800)).toBeCloseTo(rejectedSlope, 12);
      else expect(generatorSlope(-1e9)).toBeLessThan(-1e8);
    }
  });

  it('agree on the logit 0: minimax and non-saturating both have slope -1/2', () => {
    expect(objectives.minimax.generatorSlope(0)).toBe(-0.5);
    expect(objectives['non-saturating'].generatorSlope(0)).toBe(-0.5);
  });

  it('have optimal critics whose loss is a divergence', () => {
    fc.assert(
      fc.property(distributions(2), ([p, q]) => {
        const loss = (name: ObjectiveName) => criticLoss(p!, q!, optimalOutputs(p!, q!, name), name);
        expect(loss('minimax')).toBeCloseTo(LOG_4 - 2 * jensenShannonDivergence(p!, q!), 12);
        expect(loss('non-saturating')).toBe(loss('minimax'));
        expect(loss('hinge')).toBeCloseTo(2 - 2 * totalVariation(p!, q!), 12);
        const harmonic = p!.reduce(
          (sum, a, i) => sum + (a * q![i]! === 0 ? 0 : (a * q![i]!) / (a + q![i]!)),
          0,
        );
        expect(loss('least-squares')).toBeCloseTo(harmonic / 2, 12);
      }),
    );
  });

  it('have no better critics than the optimal ones', () => {
    const outputs = fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(distributions(2), outputs, ([p, q], any) => {
        for (const name of ['minimax', 'least-squares', 'hinge'] as const) {
          const best = criticLoss(p!, q!, optimalOutputs(p!, q!, name), name);
          expect(criticLoss(p!, q!, any.slice(0, p!.length), name)).toBeGreaterThanOrEqual(best - 1e-12);
        }
      }),
    );
    const unknown = 'hing' as ObjectiveName;
    expect(() => optimalOutputs([1], [1], unknown)).toThrow("no objective 'hing'; did you mean 'hinge'?");
    expect(() => criticLoss([1], [1], [0], unknown)).toThrow("criticLoss: no objective 'hing'");
    expect(() => optimalOutputs([1], [1], 'wasserstein')).toThrow('use kantorovichOnLine');
  });

  it("least squares with labels -1, 1, 0 is Pearson's chi-square of p + q against 2 q", () => {
    fc.assert(
      fc.property(distributions(2), ([p, q]) => {
        // (p + q) / 2 and q are distributions; the chi-square of doubled measures is doubled.
        const middle = p!.map((value, i) => (value + q![i]!) / 2);
        const chiSquare = 2 * pearsonDivergence(q!, middle);
        expect(2 * leastSquaresCriterion(p!, q!)).toBeCloseTo(chiSquare, 12);
      }),
    );
  });
});

describe('the examples of the courses', () => {
  it('one of two modes kept: JSD 0.216, reverse KL log 2, KL infinite', () => {
    const { jensenShannon, ...rest } = collapse(2, 1);
    expect(jensenShannon).toBeCloseTo(0.75 * Math.log(4 / 3), 15);
    expect(jensenShannon).toBeCloseTo(0.2158, 4);
    expect(rest).toEqual({ kl: Infinity, reverseKl: Math.log(2), totalVariation: 0.5 });
    expect(collapse(5, 5)).toEqual({ kl: 0, reverseKl: 0, jensenShannon: 0, totalVariation: 0 });
    expect(collapse(1000, 1).jensenShannon).toBeCloseTo(Math.log(2), 2);
    expect(collapse(1e12, 5e11).jensenShannon).toBeCloseTo(jensenShannon, 12);
    expect(() => collapse(2, 3)).toThrow('got 3 kept of 2');
  });

  it('two point masses t apart: W1 = |t|, everything else is deaf to t', () => {
    for (const t of [-3, 1e-9, 0.5]) {
      expect(twoPointMasses(t)).toEqual({
        kl: Infinity,
        reverseKl: Infinity,
        jensenShannon: Math.log(2),
        totalVariation: 1,
        wasserstein: Math.abs(t),
      });
    }
    expect(Object.values(twoPointMasses(0))).toEqual([0, 0, 0, 0, 0]);
  });
});
