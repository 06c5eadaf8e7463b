import { describe, expect, it } from 'vitest';
import type { StartEvent } from '../train/events.ts';
import type { SampleEvidence } from '../train/findings.ts';
import { checks, createDoctor, type FollowedEvent, isHopeless } from './index.ts';

const config = {
  objective: 'minimax',
  lr: 2e-4,
  criticSteps: 5,
  r1: 0,
  realLabel: 1,
  instanceNoise: 0,
  batch: 64,
};

const start = { type: 'start', config } as unknown as StartEvent;

const step = (step: number, metrics: Record<string, number>): FollowedEvent => ({
  type: 'step',
  ...{ step, images: 64 * step, seconds: 0.01, metrics },
});

/** A step of a run whose critic has won. */
const won = (n: number) =>
  step(n, {
    'critic/loss': 1e-3,
    'critic/saturated': 1,
    'critic/accuracy': 1,
    'critic/gradientNorm/D': 1e-6,
    'generator/loss': -1e-4,
    'generator/gradientNorm/G': n < 50 ? 1 : 1e-8,
  });

const samples = (step: number, evidence: Partial<SampleEvidence>): FollowedEvent => ({
  type: 'samples',
  step,
  evidence: {
    ...{ count: 1000, spread: 1, distance: 0.1, realDistance: 0.1, sketch: [step, -step] },
    ...{ shares: [0.5, 0.5], realShares: [0.5, 0.5] },
    ...evidence,
  },
});

/** What a doctor says to these events, with the step it says it in. */
function told(events: readonly FollowedEvent[]): string[] {
  const doctor = createDoctor({ clusters: ['left', 'right'] });
  return events.flatMap((event) =>
    doctor
      .follow(event)
      .map(({ sickness, confidence }) => `${'step' in event ? event.step : ''} ${sickness} ${confidence}`),
  );
}

const steps = (to: number, make: (n: number) => FollowedEvent) =>
  Array.from({ length: to }, (_, i) => make(i + 1));

describe('a doctor beside a run', () => {
  it('says once what is wrong, and again only when surer', () => {
    expect(told([start, ...steps(2000, won)])).toEqual([
      '300 critic-too-strong medium',
      '350 critic-too-strong high',
    ]);
    const narrowing = [300, 400, 500, 600, 700].map((at) => samples(at, { spread: at < 550 ? 0.15 : 0.01 }));
    expect(told([start, ...narrowing])).toEqual(['400 full-collapse medium', '700 full-collapse high']);
  });

  describe('of a run in stages', () => {
    const stages = 4;
    const stage = (at: number, number: number): FollowedEvent => ({
      type: 'stage',
      ...{ step: at, images: 64 * at, stage: number, stages, batch: 64, parameters: {} },
      settings: { lr: 1e-3 * number },
    });
    const growing = { ...start, stage: 1, stages } as FollowedEvent;

    /** Losses that jump where each stage begins and fade away in it, again and again. */
    const jump = (n: number) => {
      const since = ((n - 1) % 250) / 250;
      return step(n, {
        'critic/loss': Math.cos(2 * Math.PI * since),
        'critic/scoreFake': Math.sin(2 * Math.PI * since),
        'critic/gradientNorm/D': 1,
        'generator/loss': Math.cos(2 * Math.PI * since),
        'generator/gradientNorm/G': 1,
      });
    };

    it('takes no change of stages for waves of the game', () => {
      const many = 9;
      const whole = steps(2000, jump);
      const cut = whole.flatMap((event, i) =>
        i > 0 && i % 250 === 0
          ? [{ ...stage(i, i / 250 + 1), stages: many } as FollowedEvent, event]
          : [event],
      );
      expect(told([start, ...whole]).join()).toContain('oscillation high');
      expect(told([{ ...start, stage: 1, stages: many } as FollowedEvent, ...cut])).toEqual([]);
    });

    it('takes no shrinking of gradients from stage to stage for a critic that won', () => {
      const sure = (n: number) =>
        step(n, {
          ...{ 'critic/loss': 0.1, 'critic/saturated': 0.96, 'critic/gradientNorm/D': 1 },
          ...{ 'generator/loss': 1, 'generator/gradientNorm/G': n <= 400 ? 1e4 : 1e-2 },
        });
      const findings = (events: FollowedEvent[]) => told(events).filter((words) => words.endsWith('high'));
      const all = steps(1200, sure);
      expect(findings([growing, ...all])).not.toEqual([]);
      expect(findings([growing, ...all.slice(0, 400), stage(400, 2), ...all.slice(400)])).toEqual([]);
    });

    it('compares samples with real data in the last stage alone', () => {
      const coarse = { spread: 0.01, distance: 2, checkerboard: 9, shares: [1, 0], sketch: [1, 1] };
      const looks = (from: number) => [0, 200, 400, 600, 800].map((more) => samples(from + more, coarse));
      expect(told([growing, ...looks(500)])).toEqual([]);
      expect(told([growing, ...looks(500), stage(1400, 2), ...looks(1500)])).toEqual([]);
      const last = [growing, ...looks(500), stage(1400, 4), ...looks(1500)];
      expect(told(last).join()).toContain('full-collapse');
      // What was seen before does not count with it.
      expect(told(last)[0]).toBe(told([start, ...looks(1500)])[0]);
      const doctor = createDoctor();
      doctor.follow(growing);
      expect(doctor.diagnose().unchecked).toContainEqual({
        title: 'full collapse',
        words: 'samples are compared with real data in the last stage; this is stage 1 of 4',
      });
    });

    it('gives advice by the rate of the stage, after a resume too', () => {
      const doctor = createDoctor();
      for (const event of [growing, stage(10, 2), { ...start, stage: 2, stages } as FollowedEvent])
        doctor.follow(event);
      const found = steps(1500, jump).flatMap((event) => doctor.follow(event));
      expect(found[0]!.remedies.map(({ settings }) => settings)).toContain('lr=0.0005');
    });
  });

  it('gives a young generator time to spread before it looks closer', () => {
    const dot = {
      count: 1000,
      spread: 0.01,
      distance: 0.5,
      realDistance: 0.1,
      sketch: [],
      shares: [],
      realShares: [],
    };
    const collapsedAt = (step: number) =>
      createDoctor()
        .diagnose({ step, samples: dot })
        .findings.filter(({ sickness }) => sickness === 'full-collapse')
        .map(({ confidence }) => confidence);
    expect(collapsedAt(150)).toEqual([]);
    expect(collapsedAt(1500)).toEqual(['high']);
  });

  it('gives steps, numbers and settings to paste, but none that the run has already', () => {
    const doctor = createDoctor();
    const finding = [start, ...steps(400, won)].flatMap((event) => doctor.follow(event)).at(-1);
    expect(finding).toMatchObject({ sickness: 'critic-too-strong', from: expect.any(Number), to: 350 });
    expect(finding!.words).toMatch(
      /^The critic is too strong: for 300 steps 100 % of examples are clear to the critic/,
    );
    expect(finding!.evidence).toMatchObject({ saturated: 1, criticLoss: 0.001 });
    const settings = finding!.remedies.map(({ settings }) => settings);
    expect(settings).toContain('objective=non-saturating');
    expect(settings).toContain('criticSteps=1');
    const other = createDoctor();
    const gentle = { ...start, config: { ...config, objective: 'non-saturating', criticSteps: 1 } };
    const [second] = [gentle, ...steps(400, won)].flatMap((event) => other.follow(event));
    expect(second!.remedies.map(({ settings }) => settings)).not.toContain('criticSteps=1');
  });

  it('that reads the log again repeats nothing it said, and goes on as if never interrupted', () => {
    const events = [start, ...steps(1000, won)];
    const whole = createDoctor();
    const log: FollowedEvent[] = events.flatMap((event) => {
      const news = whole.follow(event);
      return [event, ...news.map((finding) => ({ type: 'finding', step: finding.to, ...finding }) as const)];
    });
    const [first, later] = [log.slice(0, 320), events.slice(319)];
    const resumed = createDoctor();
    for (const event of first) resumed.follow(event);
    expect(later.flatMap((event) => resumed.follow(event)).map(({ to }) => to)).toEqual([350]);
    // A log that tells of a finding which its steps no longer give is believed all the same.
    const believing = createDoctor();
    for (const event of log.filter(({ type }) => type === 'finding')) believing.follow(event);
    expect(events.flatMap((event) => believing.follow(event))).toEqual([]);
  });

  it('calls a run healthy, with what it looked at, and says what it could not look for', () => {
    const doctor = createDoctor();
    const calm = steps(1000, (n) =>
      step(n, {
        'critic/loss': 1.2 + 0.1 * Math.sin(n * n),
        'critic/saturated': 0.1,
        'generator/loss': 0.9 + 0.05 * Math.cos(n * n * n),
      }),
    );
    for (const event of [start, ...calm, ...[600, 900].map((at) => samples(at, {}))]) doctor.follow(event);
    const { findings, healthy, unchecked } = doctor.diagnose();
    expect(findings).toEqual([]);
    expect(healthy.map(({ title }) => title)).toContain('full collapse');
    expect(unchecked).toContainEqual({
      title: 'memorisation',
      words: "'gansmith doctor' looks through the training data for it",
    });
    expect(healthy.length + unchecked.length).toBe(checks.length);
  });

  it('proposes nothing that would leave a run with less of what it has already', () => {
    const proposed = (more: Record<string, unknown>) => {
      const own = {
        ...config,
        objective: 'non-saturating',
        criticSteps: 1,
        augment: [],
        dropout: 0,
        ...more,
      };
      const doctor = createDoctor({ config: own });
      for (const event of steps(400, won)) doctor.follow(event);
      const heldOut = { training: 4, heldOut: -1, fake: -2, error: 0.01, overfit: 0.8 };
      const novelty = { searched: 9, of: 9, distance: 0.1, copies: 1, realCopies: 0 };
      const { evidence: seen } = samples(400, { spread: 0.01 }) as { evidence: SampleEvidence };
      const { findings } = doctor.diagnose({ step: 400, samples: seen, heldOut, novelty });
      return findings.flatMap(({ remedies }) => remedies.map(({ settings }) => settings));
    };
    const plain = { packing: 1, minibatchStd: 0, r2: 0, criticLr: 1e-4 };
    expect(new Set(proposed(plain))).toEqual(
      new Set([
        ...['r1=1', 'realLabel=0.9', 'instanceNoise=0.1', 'packing=2', 'minibatchStd=4'],
        ...['objective=relativistic-pairing r1=1 r2=1', 'lr=0.00005 criticLr=0.0002'],
        ...['augment=translation,cutout', 'r1=10', 'dropout=0.3 criticLr=0.000025', 'dropout=0.3'],
        'criticLr=0.000025',
      ]),
    );
    const strong = { r1: 20, realLabel: 0.8, instanceNoise: 1, packing: 4, minibatchStd: 8, dropout: 0.5 };
    const augment = ['colour', 'translation', 'cutout'];
    expect(new Set(proposed({ ...plain, ...strong, augment }))).toEqual(
      new Set([
        ...['objective=relativistic-pairing r1=20 r2=1', 'lr=0.00005 criticLr=0.0002', 'criticLr=0.000025'],
      ]),
    );
  });

  it('does not compare samples with real data that are all alike, nor with what an older log says', () => {
    const doctor = createDoctor();
    const nothing = { spread: Number.NaN, distance: Number.NaN, realDistance: Number.NaN };
    const looks = [300, 600, 900].map((at) => samples(at, nothing));
    const logged: FollowedEvent[] = JSON.parse(JSON.stringify(looks));
    const older = { type: 'samples', step: 950, evidence: { spread: 0.01 } } as unknown as FollowedEvent;
    const wordsOf = (title: string) => doctor.diagnose().unchecked.find((one) => one.title === title)?.words;
    for (const event of [start, older]) expect(doctor.follow(event)).toEqual([]);
    expect(wordsOf('full collapse')).toBe('it takes two looks at samples after step 200 to tell');
    for (const event of [...looks, ...logged]) expect(doctor.follow(event)).toEqual([]);
    const { findings, unchecked } = doctor.diagnose();
    expect(findings).toEqual([]);
    expect(unchecked).toContainEqual({
      title: 'full collapse',
      words: 'all real examples looked at are alike, so samples cannot be compared with them',
    });
  });

  it('goes by the steps of the model that is looked at where the log breaks off', () => {
    const lacking = { count: 1000, spread: 1, distance: 0.1, realDistance: 0.1, sketch: [] };
    const seen = { ...lacking, shares: [1, 0], realShares: [0.5, 0.5] };
    const { findings } = createDoctor({ config }).diagnose({ step: 5000, samples: seen });
    expect(findings.map(({ sickness, confidence }) => [sickness, confidence])).toEqual([
      ['partial-collapse', 'high'],
    ]);
  });

  it('says why a model was not looked at', () => {
    const { unchecked } = createDoctor({ unseen: 'the disk is gone' }).diagnose();
    for (const title of ['memorisation', 'an overfitting critic', 'full collapse']) {
      expect(unchecked).toContainEqual({ title, words: 'the disk is gone' });
    }
  });

  it('does not call healthy what nobody reports', () => {
    const doctor = createDoctor({ config: { objective: 'non-saturating' } });
    for (const event of steps(700, (n) => step(n, { 'play/loss': 1 }))) doctor.follow(event);
    const titles = doctor.diagnose().unchecked.map(({ title }) => title);
    expect(titles).toEqual(expect.arrayContaining(['oscillation', 'losses near 0.69 in a dead run']));
  });

  it('understands systems that report less', () => {
    const doctor = createDoctor();
    for (const event of steps(500, (n) => step(n, { 'play/loss': 1 }))) doctor.follow(event);
    const { findings, unchecked } = doctor.diagnose();
    expect(findings).toEqual([]);
    expect(unchecked).toContainEqual({
      title: 'a critic too strong',
      words: 'no phase reports the share of examples that are clear to the critic (saturated)',
    });
  });
});

it('only what no further step cures makes a run hopeless', () => {
  const doctor = createDoctor();
  const findings = [start, ...steps(400, won)].flatMap((event) => doctor.follow(event));
  expect(findings.map(({ confidence }) => confidence)).toEqual(['medium', 'high']);
  expect(findings.map(isHopeless)).toEqual([false, true]);
  expect(isHopeless({ ...findings[1]!, sickness: 'mode-hopping' })).toBe(false);
});

it('two losses near log 2 are an equilibrium when samples are like the data, and death when nothing moves', () => {
  const undecided = (n: number) =>
    step(n, {
      'critic/loss': 2 * Math.LN2,
      'critic/gradientNorm/D': 1e-4,
      'generator/loss': -Math.LN2,
      'generator/gradientNorm/G': 1e-4,
    });
  const verdict = (evidence: Partial<SampleEvidence>) => {
    const doctor = createDoctor();
    const looks = [300, 600, 900].map((at) => samples(at, evidence));
    for (const event of [start, ...steps(900, undecided), ...looks]) doctor.follow(event);
    return doctor.diagnose();
  };
  const alive = verdict({});
  expect(alive.findings).toEqual([]);
  expect(alive.healthy.map(({ words }) => words).join()).toContain('this is the equilibrium');
  const dead = verdict({ distance: 0.9, sketch: [1, 2] }).findings.find(
    (found) => found.sickness === 'dead-balance',
  );
  expect(dead).toMatchObject({ confidence: 'high', words: expect.stringContaining('the run is dead') });
});
