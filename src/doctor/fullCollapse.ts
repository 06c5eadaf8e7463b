import type { SampleEvidence } from '../train/findings.ts';
import type { Evidence } from './evidence.ts';
import { type Check, found, numberOf, percent, typed } from './verdict.ts';

/** Spread of samples over that of real data, below which all samples are one. Healthy runs are within 0.7 and 1.3. */
const NONE = 0.05;
const LITTLE = 0.2;
/** Steps in which a young generator may still have to spread. */
const EARLY = 200;

/** Every latent gives the same sample, or nearly. */
export const fullCollapse: Check = {
  sickness: 'full-collapse',
  title: 'full collapse',
  look(evidence) {
    const { thorough, step } = evidence;
    if (thorough && thorough.step < EARLY) return { unchecked: `a generator has ${EARLY} steps to spread` };
    const settled = evidence.samples.filter((seen) => seen.step >= EARLY).slice(-2);
    const seen = thorough ? [thorough.samples] : settled;
    if (seen.length === 0 || (!thorough && seen.length < 2)) {
      return { unchecked: `it takes two looks at samples after step ${EARLY} to tell` };
    }
    const spread = Math.max(...seen.map((samples) => samples.spread));
    const words = `samples differ from each other ${percent(spread)} as much as real examples do`;
    if (spread > LITTLE || widening(settled)) return { healthy: words };
    return found('full-collapse', spread <= NONE ? 'high' : 'medium', evidence, {
      from: thorough ? thorough.step : settled[0]!.step,
      to: step,
      words: `The generator has collapsed: ${words} (${seen.at(-1)!.count.toLocaleString('en-US')} samples).`,
      evidence: { spread, samples: seen.at(-1)!.count },
      remedies: diversityRemedies(evidence),
    });
  },
};

const widening = ([before, after]: readonly SampleEvidence[]): boolean =>
  before !== undefined && after !== undefined && after.spread > 1.5 * before.spread;

/** What brings back diversity. */
export function diversityRemedies(evidence: Evidence) {
  const lr = numberOf(evidence, 'lr', 0);
  const [r1, r2] = ['r1', 'r2'].map((name) => Math.max(1, numberOf(evidence, name, 0)));
  return [
    { settings: 'packing=2', why: 'a critic that judges two samples together sees when they are alike' },
    { settings: 'minibatchStd=4', why: 'the critic is told how much the samples of a batch differ' },
    {
      settings: `objective=relativistic-pairing r1=${r1} r2=${r2}`,
      why: 'a loss under which dropping modes does not pay, with the penalties that make it stable',
    },
    {
      settings: `lr=${typed(lr / 4)} criticLr=${typed(Math.max(numberOf(evidence, 'criticLr', lr), lr))}`,
      why: 'a generator slower than the critic cannot run ahead of it into one place',
    },
  ];
}
