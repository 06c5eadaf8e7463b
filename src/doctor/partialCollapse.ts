import type { SampleEvidence } from '../train/findings.ts';
import { diversityRemedies } from './fullCollapse.ts';
import { type Check, found, percent } from './verdict.ts';

/** Samples it takes to miss a class by more than chance, and those a class must be expected to have. */
const ENOUGH = 500;
const EXPECTED = 15;
/** A class with less than this share of what it should have is missing. */
const ABSENT = 0.05;
/** A class with more than this share of all samples, and twice its due, dominates. */
const HALF = 0.5;
/** Steps a lack must last; and those after which it is one, where there were too few samples to see whether it lasted. */
const LASTING = 500;
const GROWN = 1000;

interface Lack {
  missing: number[];
  dominant: number | undefined;
}

/** Which classes are missing, and which has taken over. */
function lackOf({ count, shares, realShares }: SampleEvidence): Lack {
  const missing = realShares.flatMap((share, k) =>
    share * count >= EXPECTED && shares[k]! <= ABSENT * share ? [k] : [],
  );
  const dominant = shares.findIndex((share, k) => share > HALF && share > 2 * realShares[k]!);
  return { missing, dominant: dominant < 0 ? undefined : dominant };
}

const size = ({ missing, dominant }: Lack): number => missing.length + (dominant === undefined ? 0 : 1);

/** Part of the data is never generated, or one part is generated more than half of the time. */
export const partialCollapse: Check = {
  sickness: 'partial-collapse',
  title: 'partial collapse',
  look(evidence) {
    const { thorough, samples, step, clusters } = evidence;
    const latest = thorough?.samples ?? samples.at(-1);
    if (step < LASTING) return { unchecked: `a generator has ${LASTING} steps to find all of the data` };
    if (!latest || latest.count < ENOUGH)
      return { unchecked: `it takes ${ENOUGH} samples to tell; 'gansmith doctor' makes them` };
    const before = samples.filter((seen) => seen.step <= step - LASTING && seen.count >= ENOUGH).at(-1);
    const between = samples.filter((seen) => seen.count >= ENOUGH && before && seen.step >= before.step);
    const lack = lackOf(latest);
    const classes = latest.shares.length;
    if (size(lack) === 0)
      return { healthy: `${latest.count} samples hold all ${classes} classes or clusters, none above half` };
    const name = (k: number) => clusters[k] ?? `number ${k + 1}`;
    const lasting = between.length >= 2 && between.every((seen) => size(lackOf(seen)) >= size(lack) / 2);
    const parts = [
      ...(lack.missing.length > 0
        ? [
            `${lack.missing.length} of ${classes} classes or clusters are missing (${lack.missing.slice(0, 8).map(name).join(', ')}${lack.missing.length > 8 ? ', ...' : ''})`,
          ]
        : []),
      ...(lack.dominant === undefined
        ? []
        : [
            `${percent(latest.shares[lack.dominant]!)} of samples are ${name(lack.dominant)}, which is ${percent(latest.realShares[lack.dominant]!)} of the data`,
          ]),
    ];
    return found('partial-collapse', lasting || (!before && step >= GROWN) ? 'high' : 'medium', evidence, {
      from: before?.step ?? step,
      to: step,
      words: `The generator makes only a part of the data: of ${latest.count.toLocaleString('en-US')} samples, ${parts.join(', and ')}.`,
      evidence: {
        missing: lack.missing.length,
        classes,
        largestShare: Math.max(...latest.shares),
        samples: latest.count,
      },
      remedies: diversityRemedies(evidence),
    });
  },
};
