import { CONFIDENCES, type Finding, type Sickness } from '../train/findings.ts';
import { checkerboard } from './checkerboard.ts';
import { criticTooStrong } from './criticTooStrong.ts';
import { deadBalance } from './deadBalance.ts';
import type { Evidence } from './evidence.ts';
import { fullCollapse } from './fullCollapse.ts';
import { generatorStuck } from './generatorStuck.ts';
import { memorisation } from './memorisation.ts';
import { modeHopping } from './modeHopping.ts';
import { nonFinite } from './nonFinite.ts';
import { oscillation } from './oscillation.ts';
import { overfittingCritic } from './overfittingCritic.ts';
import { partialCollapse } from './partialCollapse.ts';
import { type Check, isFinding } from './verdict.ts';

/** Every sickness, and how it is looked for. */
export const checks: readonly Check[] = [
  nonFinite,
  criticTooStrong,
  generatorStuck,
  deadBalance,
  oscillation,
  fullCollapse,
  partialCollapse,
  modeHopping,
  memorisation,
  checkerboard,
  overfittingCritic,
];

export interface Diagnosis {
  /** What is wrong, the surest first. */
  findings: readonly Finding[];
  /** What was looked for and not found, with what was seen instead. */
  healthy: readonly { title: string; words: string }[];
  /** What could not be looked for, and why. */
  unchecked: readonly { title: string; words: string }[];
}

/** What samples beside real data are looked at for. */
const OF_SAMPLES: ReadonlySet<Sickness> = new Set<Sickness>([
  'generator-stuck',
  'full-collapse',
  'partial-collapse',
  'mode-hopping',
  'memorisation',
  'checkerboard',
]);

/** What takes a closer look than a run has along the way. */
const OF_A_LOOK: ReadonlySet<Sickness> = new Set<Sickness>([
  'partial-collapse',
  'memorisation',
  'overfitting-critic',
]);

/** Why something could not be looked for: what stands in the way, or what the check itself says. */
function reason({ unseen, samples }: Evidence, sickness: Sickness, words: string): string {
  const kept = OF_A_LOOK.has(sickness) || (OF_SAMPLES.has(sickness) && samples.length === 0);
  return kept ? (unseen ?? words) : words;
}

/** Before its last stage a system makes no whole samples yet, such as pictures of 4x4 pixels that are enlarged. */
const isUnfinished = ({ stage }: Evidence): boolean => stage !== undefined && stage.stage < stage.stages;

/** Looks for every sickness. */
export function diagnose(evidence: Evidence): Diagnosis {
  const findings: Finding[] = [];
  const healthy: { title: string; words: string }[] = [];
  const unchecked: { title: string; words: string }[] = [];
  const unfinished = isUnfinished(evidence) ? evidence.stage : undefined;
  for (const { sickness, title, look } of checks) {
    if (unfinished && OF_SAMPLES.has(sickness)) {
      const { stage, stages } = unfinished;
      const words = `samples are compared with real data in the last stage; this is stage ${stage} of ${stages}`;
      unchecked.push({ title, words });
      continue;
    }
    const verdict = look(evidence);
    if (isFinding(verdict)) findings.push(verdict);
    else if ('healthy' in verdict) healthy.push({ title, words: verdict.healthy });
    else unchecked.push({ title, words: reason(evidence, sickness, verdict.unchecked) });
  }
  const rank = ({ confidence }: Finding) => -CONFIDENCES.indexOf(confidence);
  return { findings: findings.sort((a, b) => rank(a) - rank(b)), healthy, unchecked };
}

/** Whether a run that suffers from this is not worth going on with: it does not heal by itself. */
export const isHopeless = ({ sickness, confidence }: Finding): boolean =>
  confidence === 'high' && HOPELESS.has(sickness);

const HOPELESS: ReadonlySet<string> = new Set([
  'critic-too-strong',
  'generator-stuck',
  'dead-balance',
  'oscillation',
  'full-collapse',
  'non-finite',
]);
