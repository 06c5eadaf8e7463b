import { describe, expect, it } from 'vitest';
import { bilinearSpectralRadius, bilinearTrajectory } from './bilinear.ts';
import { type DiracControl, diracControls, diracEigenvalues, diracGan } from './dirac.ts';
import { type DiracTraining, diracTrajectory, diracUpdates, diracVerdict } from './diracTraining.ts';

const length = ([x, y]: readonly [number, number]) => Math.hypot(x, y);

describe('the Dirac-GAN', () => {
  it('has the vector field of the paper', () => {
    const slope = (t: number) => 1 / (1 + Math.exp(t)); // f'
    const [theta, psi] = [0.7, -1.3];
    const at = (control: DiracControl) =>
      diracGan(control, { gamma: 0.6, lambda: 0.4, target: 0.5 }).field(theta, psi);
    const t = theta * psi;
    const expected: [DiracControl, number, number][] = [
      ['minimax', -psi * slope(t), theta * slope(t)],
      ['non-saturating', -psi * slope(-t), theta * slope(t)],
      ['wgan', -psi, theta],
      ['wgan-clipping', -psi, theta],
      ['wgan-gp', -psi, theta + 0.4 * (1.3 - 0.5)],
      ['r1', -psi * slope(t), theta * slope(t) - 0.6 * psi],
      ['r2', -psi * slope(t), theta * slope(t) - 0.6 * psi],
    ];
    for (const [control, first, second] of expected) {
      expect(at(control)[0]).toBeCloseTo(first, 12);
      expect(at(control)[1]).toBeCloseTo(second, 12);
    }
    expect(diracGan('instance-noise', { noise: 0 }).field(theta, psi)[0]).toBeCloseTo(-psi * slope(t), 12);
  });

  it('takes the expectation over instance noise: a finer sum changes nothing', () => {
    const noise = 0.8;
    const [theta, psi] = [0.7, -1.3];
    let [first, second, total] = [0, 0, 0];
    for (let e = -12; e <= 12; e += 0.001) {
      const weight = Math.exp(-(e ** 2) / 2);
      const slope = (t: number) => weight / (1 + Math.exp(t));
      const [fake, real] = [theta + noise * e, noise * e];
      first -= psi * slope(psi * fake);
      second += fake * slope(psi * fake) - real * slope(-psi * real);
      total += weight;
    }
    const found = diracGan('instance-noise', { noise }).field(theta, psi);
    expect(found[0]).toBeCloseTo(first / total, 9);
    expect(found[1]).toBeCloseTo(second / total, 9);
  });

  it.each(diracControls)('%s has the eigenvalues of the closed form', (control) => {
    for (const options of [
      {},
      { gamma: 0.3, noise: 2.2, lambda: 0.5, target: 0 },
      { gamma: 4, noise: 0.5 },
    ]) {
      const [found, closed] = [diracGan(control, options).eigenvalues, diracEigenvalues(control, options)];
      expect(found?.length).toBe(closed?.length);
      const byPart = (a: { re: number; im: number }, b: { re: number; im: number }) =>
        a.re - b.re || a.im - b.im;
      found?.toSorted(byPart).forEach(({ re, im }, i) => {
        // A double eigenvalue splits by the root of the rounding.
        expect(re).toBeCloseTo(closed!.toSorted(byPart)[i]!.re, 6);
        expect(im).toBeCloseTo(closed!.toSorted(byPart)[i]!.im, 6);
      });
    }
  });

  it('converges locally under the controls that the paper says, and only those', () => {
    const converging = diracControls.filter((control) => diracGan(control).locallyConvergent);
    expect(converging).toEqual(['instance-noise', 'r1', 'r2', 'consensus']);
    expect(diracGan('r1', { gamma: 0 }).locallyConvergent).toBe(false);
    expect(diracGan('instance-noise', { noise: 0 }).locallyConvergent).toBe(false);
  });

  const training = { rate: 0.1, steps: 3000, start: [0.5, 0.5] as const };

  it.each(diracControls)('%s ends where the verdict on small steps says', (control) => {
    const gan = diracGan(control);
    const { verdict } = diracVerdict(gan, { rate: 0.1 });
    expect(verdict).toBe(gan.locallyConvergent ? 'converges' : 'cycles');
    const distances = diracTrajectory(gan, training).slice(-500).map(length);
    if (verdict === 'converges') expect(Math.max(...distances)).toBeLessThan(1e-6);
    else {
      expect(Math.min(...distances)).toBeGreaterThan(0.02);
      expect(Math.max(...distances)).toBeLessThan(3);
    }
  });

  it('runs away under WGAN-GP where the steps are too long for what is linear beside the jump', () => {
    const gan = diracGan('wgan-gp');
    for (const update of diracUpdates) {
      for (const rate of [0.1, 0.5, 0.9, 1.1, 3]) {
        const { verdict } = diracVerdict(gan, { rate, update });
        const farthest = Math.max(...diracTrajectory(gan, { rate, update, steps: 400 }).map(length));
        expect({ update, rate, away: !(farthest < 50) }).toEqual({
          update,
          rate,
          away: verdict === 'diverges',
        });
      }
    }
    expect(diracVerdict(gan, { rate: 3 }).verdict).toBe('diverges');
    expect(diracVerdict(gan, { rate: 0.9 }).verdict).toBe('cycles');
  });

  it('spirals outwards without a control when both step at once', () => {
    for (const control of ['minimax', 'wgan'] as const) {
      const gan = diracGan(control);
      const slope = control === 'wgan' ? 1 : 0.5;
      const simultaneous = { rate: 0.1, update: 'simultaneous' } as const;
      const { spectralRadius: radius, verdict } = diracVerdict(gan, simultaneous);
      expect(radius).toBeCloseTo(Math.sqrt(1 + (0.1 * slope) ** 2), 14);
      expect(verdict).toBe('diverges');
      const path = diracTrajectory(gan, { ...simultaneous, steps: 300, start: [0.1, 0] });
      for (const [i, point] of path.slice(1).entries())
        expect(length(point)).toBeGreaterThan(length(path[i]!));
    }
  });

  it('needs small steps even under R1, and cycles with several critic steps without a control', () => {
    const gan = diracGan('r1', { gamma: 1 });
    expect(diracVerdict(gan, { rate: 5 }).verdict).toBe('diverges');
    expect(diracVerdict(gan, { rate: 0.1, update: 'simultaneous' }).verdict).toBe('converges');
    expect(diracVerdict(diracGan('wgan'), { rate: 0.1, criticSteps: 5 }).verdict).toBe('cycles');
  });

  it('creeps inwards with the non-saturating loss, like 8 / time', () => {
    const gan = diracGan('non-saturating');
    const rate = 0.02;
    const path = diracTrajectory(gan, { rate, steps: 20_000, start: [1, 1] });
    const inverse = (step: number) => 1 / length(path[step]!) ** 2;
    const slope = (inverse(20_000) - inverse(10_000)) / (10_000 * rate);
    expect(slope).toBeGreaterThan(0.9 / 8);
    expect(slope).toBeLessThan(1.1 / 8);
  });

  it.each(['extragradient', 'optimistic'] as const)(
    'arrives by %s updates where plain steps circle',
    (update) => {
      for (const control of ['minimax', 'wgan', 'wgan-clipping'] as const) {
        const gan = diracGan(control);
        expect(diracVerdict(gan, { rate: 0.2 }).verdict).toBe('cycles');
        expect(diracVerdict(gan, { rate: 0.2, update }).verdict).toBe('converges');
        expect(length(diracTrajectory(gan, { rate: 0.2, steps: 5000, update }).at(-1)!)).toBeLessThan(1e-6);
      }
      // Without its clip WGAN is x y, where the closed forms hold.
      const { spectralRadius } = diracVerdict(diracGan('wgan'), { rate: 0.2, update });
      expect(spectralRadius).toBeCloseTo(bilinearSpectralRadius(update, { rate: 0.2 })!, 12);
      expect(diracVerdict(diracGan('wgan-gp'), { rate: 0.2, update }).verdict).toBe('cycles');
      const short = { rate: 0.05, update, steps: 5 } as const;
      const [ends, turned] = [diracTrajectory(diracGan('wgan'), short), bilinearTrajectory(update, short)];
      ends.forEach(([theta, psi], i) => {
        expect(theta).toBeCloseTo(turned[i]![0], 14);
        expect(psi).toBeCloseTo(turned[i]![1], 14);
      });
    },
  );

  it('stretches near the equilibrium as its linear part says', () => {
    for (const update of diracUpdates) {
      const gan = diracGan('r1', { gamma: 0.5 });
      const { spectralRadius: radius } = diracVerdict(gan, { rate: 0.3, update });
      const path = diracTrajectory(gan, { rate: 0.3, update, steps: 120, start: [1e-3, 0] });
      const stretched = (length(path[120]!) / length(path[40]!)) ** (1 / 80);
      expect(Math.abs(stretched - radius!)).toBeLessThan(0.02);
    }
  });

  it('takes turns as the critic alone and then the generator alone', () => {
    const gan = diracGan('r1');
    const options = { rate: 0.2, start: [0.7, -0.4] as const };
    const turned = diracTrajectory(gan, { ...options, turns: ['second', 'first'] });
    const [, both] = diracTrajectory(gan, { ...options, update: 'alternating', steps: 1 });
    expect(turned[1]![0]).toBe(0.7);
    expect(turned[2]).toEqual(both);
  });

  it('keeps psi where clipping keeps it', () => {
    const path = diracTrajectory(diracGan('wgan-clipping', { clip: 0.3 }), { rate: 0.1, start: [2, 0] });
    expect(Math.max(...path.map(([, psi]) => Math.abs(psi)))).toBe(0.3);
  });

  it('refuses what it does not know', () => {
    expect(() => diracGan('wgan-pg' as DiracControl)).toThrow(
      "no control 'wgan-pg'; did you mean 'wgan-gp'?",
    );
    expect(() => diracGan('r1', { gamma: -1 })).toThrow(
      'gamma is -1; expected a finite number of at least 0',
    );
    expect(() => diracGan('r1', { gama: 3 } as object)).toThrow("no option 'gama'; did you mean 'gamma'?");
    const gan = diracGan('minimax');
    const foreign = { rate: 0.1, update: 'alternate' } as unknown as DiracTraining;
    for (const call of [diracVerdict, diracTrajectory]) {
      expect(() => call(gan, foreign)).toThrow("no update 'alternate'; did you mean 'alternating'?");
    }
    expect(() => diracTrajectory(gan, { rate: 0.1, steps: 0.5 })).toThrow('steps is 0.5');
    expect(() => diracVerdict(gan, { rate: 0 })).toThrow('positive learning rate, got 0');
    expect(() => diracTrajectory(gan, { rate: 0.1, criticSteps: 0 })).toThrow('critic steps from 1, got 0');
    expect(() => diracVerdict(gan, { rate: 0.1, criticSteps: 5, update: 'simultaneous' })).toThrow(
      'simultaneous updates take one critic step',
    );
  });
});
