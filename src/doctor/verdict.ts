import { type Confidence, type Finding, type Remedy, remedyPairs, type Sickness } from '../train/findings.ts';
import type { Evidence } from './evidence.ts';
import { rounded } from './examine.ts';

/** What a check comes to: something is wrong, nothing is, or it could not look. */
export type Verdict = Finding | { healthy: string } | { unchecked: string };

/** One sickness and how it is looked for. */
export interface Check {
  sickness: Sickness;
  /** Its name in words. */
  title: string;
  look(evidence: Evidence): Verdict;
}

export const isFinding = (verdict: Verdict): verdict is Finding => 'sickness' in verdict;

/**
 * A finding whose remedies fit the run's settings.
 * @param finding `remedies` do more against the sickness than the run does; `relief` are those that take away what is too much
 */
export function found(
  sickness: Sickness,
  confidence: Confidence,
  { config }: Evidence,
  {
    remedies: adding,
    relief = [],
    ...finding
  }: Pick<Finding, 'from' | 'to' | 'words' | 'evidence' | 'remedies'> & { relief?: readonly Remedy[] },
): Finding {
  const evidence = Object.fromEntries(
    Object.entries(finding.evidence).map(([name, value]) => [name, rounded(value)]),
  );
  const remedies = [...relief, ...adding.filter(({ settings }) => !lessens(settings, config))].filter(
    ({ settings }) => changes(settings, config),
  );
  return { ...finding, sickness, confidence, evidence, remedies };
}

/** Controls of which a higher number does more. */
const STRENGTHS = new Set(['r1', 'r2', 'packing', 'minibatchStd', 'unrolled', 'instanceNoise', 'dropout']);

/** Whether settings would leave a run with less of a control than it has, or none but what it has: r1=1 where r1 is 10. */
function lessens(settings: string, config: Evidence['config']): boolean {
  return remedyPairs(settings).some(([name, wanted]) => {
    const value = config[name];
    if (name === 'realLabel') return Number(value) < Number(wanted);
    if (name === 'gradientPenalty') return value !== undefined && value !== 'none';
    if (Array.isArray(value)) return wanted.split(',').every((word) => value.includes(word));
    return STRENGTHS.has(name) && Number(value) > Number(wanted);
  });
}

/** Whether a run of these settings takes those of a remedy, and not all of them are its own already. */
function changes(settings: string, config: Evidence['config']): boolean {
  const pairs = remedyPairs(settings);
  // A critic's rate that is not set is the common one.
  const value = (name: string) => config[name] ?? (name === 'criticLr' ? config.lr : undefined);
  if (!pairs.every(([name]) => value(name) !== undefined)) return false;
  return pairs.some(([name, wanted]) => String(value(name)) !== wanted);
}

/** A number of the settings, where it is one. */
export const numberOf = ({ config }: Evidence, name: string, otherwise: number): number => {
  const value = config[name];
  return typeof value === 'number' ? value : otherwise;
};

/** The critic's learning rate: its own, or the common one. */
export const criticRate = (evidence: Evidence): number =>
  numberOf(evidence, 'criticLr', numberOf(evidence, 'lr', 0));

/** A setting's value with two digits, as it is typed. */
export const typed = (value: number): string => String(Number(value.toPrecision(2)));

/** A share in words. */
export const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;

export const isLogistic = ({ config }: Evidence): boolean =>
  config.objective === 'non-saturating' || config.objective === 'minimax';

/** R1 of a strength; beside it batch norm in the critic, which it does not go with, gives way to layer norm. */
export const withR1 = ({ config }: Evidence, gamma: number): string =>
  config.criticNorm === 'batch' ? `criticNorm=layer r1=${gamma}` : `r1=${gamma}`;
