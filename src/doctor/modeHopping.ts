import { median } from './distances.ts';
import { diversityRemedies } from './fullCollapse.ts';
import { type Check, found, numberOf, percent, typed } from './verdict.ts';

/** Looks at samples compared, each with the next. */
const CHANGES = 5;
/** Steps in which a young generator may still look for its modes. */
const EARLY = 500;
/** Share of samples that must have changed sides from one look to the next. */
const HOPPED = 0.5;
const SHIFTED = 0.4;

/** Half the sum of differences: the share of samples that would have to move to another class. */
const variation = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((total, share, k) => total + Math.abs(share - b[k]!), 0) / 2;

/** The generator leaves the modes it was on for others, again and again, instead of covering all of them. */
export const modeHopping: Check = {
  sickness: 'mode-hopping',
  title: 'hopping between modes',
  look(evidence) {
    const recent = evidence.samples.filter(({ step }) => step >= EARLY).slice(-CHANGES - 1);
    if (recent.length <= CHANGES)
      return { unchecked: `it takes ${CHANGES + 1} looks at samples after step ${EARLY} to tell` };
    const changes = recent.slice(1).map(({ shares }, i) => variation(recent[i]!.shares, shares));
    const typical = median(changes);
    const words = `from one look to the next, ${percent(typical)} of samples change their class or cluster`;
    if (typical < SHIFTED) return { healthy: words };
    const [lr, batch] = [numberOf(evidence, 'lr', 0), numberOf(evidence, 'batch', 0)];
    return found('mode-hopping', typical >= HOPPED ? 'high' : 'medium', evidence, {
      from: recent[0]!.step,
      to: recent.at(-1)!.step,
      words: `The generator hops between modes: ${words}, net of those that change in the opposite way.`,
      evidence: { changed: typical, least: Math.min(...changes), looks: recent.length },
      remedies: [
        ...diversityRemedies(evidence),
        ...(batch < 64
          ? [{ settings: 'batch=64', why: 'a small batch does not show the critic all modes' }]
          : []),
        { settings: 'unrolled=5', why: 'the generator sees that the critic will follow it' },
        { settings: `lr=${typed(lr / 4)}`, why: 'shorter steps do not jump from mode to mode' },
      ],
    });
  },
};
