import type { TrainEvent } from '../train/events.ts';
import { CONFIDENCES, type Finding, type SampleEvidence, type Sickness } from '../train/findings.ts';
import { type Diagnosis, diagnose } from './diagnose.ts';
import type { Evidence, Thorough } from './evidence.ts';
import { createSeries } from './series.ts';

/** An event of a run, as it happens or as its log tells it. */
export type FollowedEvent =
  | Exclude<TrainEvent, { type: 'samples' | 'checkpoint' | 'best' | 'profile' }>
  | { type: 'samples'; step: number; evidence?: SampleEvidence }
  | { type: 'checkpoint' | 'best' | 'profile'; step: number };

/** Follows a run, in a bounded memory. */
export interface Doctor {
  /**
   * Takes the next event. Returns what was not found before, or not so surely, when that is at least of medium confidence; a finding
   * that is among the events counts as told.
   */
  follow(event: FollowedEvent): readonly Finding[];
  /** What the run looks like now; with a look at the trained model, what that shows too. And what was found before and is gone. */
  diagnose(thorough?: Thorough): Diagnosis & { earlier: readonly Finding[] };
}

/** Looks at samples remembered, and steps between diagnoses. */
const REMEMBERED = 12;
const DIAGNOSED_EVERY = 50;

/** Whether samples were compared with real data. An older log may say less of them. */
const isCompared = ({ count, spread, distance, realDistance, ...rest }: SampleEvidence): boolean =>
  [count, spread, distance, realDistance].every(Number.isFinite) &&
  [rest.shares, rest.realShares, rest.sketch].every(Array.isArray);

/** Whether the real data have no spread to measure by; numbers that are not finite are null in a log. */
const areAlike = ({ realDistance }: SampleEvidence): boolean =>
  realDistance !== undefined && !Number.isFinite(realDistance);

const ALIKE = 'all real examples looked at are alike, so samples cannot be compared with them';

/** What is known of a run before its events. */
interface Known {
  /** Names of the classes or clusters that samples are counted in. */
  clusters?: readonly string[];
  /** Its settings, should the log not tell them. */
  config?: Readonly<Record<string, unknown>>;
  /** Why its trained model will not be looked at, where something stands in the way. */
  unseen?: string;
}

/** Starts to follow a run. All it will say is a function of the events, so a log that is read again gives the same findings. */
export function createDoctor({ clusters = [], config = {}, unseen }: Known = {}): Doctor {
  let series = createSeries();
  /** Settings of the stage the run is in. */
  let own: Readonly<Record<string, unknown>> = {};
  const told = new Map<Sickness, Finding>();
  const evidence: Evidence & { samples: (SampleEvidence & { step: number })[] } = {
    step: 0,
    config,
    clusters,
    series,
    samples: [],
    ...(unseen === undefined ? {} : { unseen }),
  };
  const rank = (finding: Finding | undefined) => (finding ? CONFIDENCES.indexOf(finding.confidence) : -1);
  const tell = (finding: Finding): boolean => {
    if (rank(finding) <= rank(told.get(finding.sickness))) return false;
    told.set(finding.sickness, finding);
    return true;
  };
  const news = () => diagnose(evidence).findings.filter(tell);
  return {
    follow(event) {
      switch (event.type) {
        case 'start':
          evidence.config = { ...event.config, ...own };
          if (event.stage !== undefined && event.stages !== undefined) {
            evidence.stage = { stage: event.stage, stages: event.stages };
          }
          return [];
        case 'stage':
          // Other networks, rates and batches, and optimizers that begin anew: what was before says nothing of what is now.
          own = event.settings;
          evidence.config = { ...evidence.config, ...own };
          evidence.stage = { stage: event.stage, stages: event.stages };
          evidence.samples = [];
          series = createSeries();
          evidence.series = series;
          return [];
        case 'finding':
          tell(event);
          return [];
        case 'step':
          evidence.step = event.step;
          series.add(event.step, event.metrics);
          return event.step % DIAGNOSED_EVERY === 0 ? news() : [];
        case 'samples':
          if (!event.evidence) return [];
          if (areAlike(event.evidence)) evidence.unseen = ALIKE;
          if (!isCompared(event.evidence)) return [];
          evidence.samples.push({ ...event.evidence, step: event.step });
          if (evidence.samples.length > REMEMBERED) evidence.samples.shift();
          return news();
        case 'non-finite':
          evidence.nonFinite = { step: event.step, message: event.message };
          return news();
        default:
          return [];
      }
    },
    diagnose(thorough) {
      const diagnosis = diagnose(thorough ? withLook(evidence, thorough) : evidence);
      const current = new Set(diagnosis.findings.map(({ sickness }) => sickness));
      return { ...diagnosis, earlier: [...told.values()].filter(({ sickness }) => !current.has(sickness)) };
    },
  };
}

/** What the log tells with what a look at the trained model adds; a log that breaks off may know of fewer steps. */
function withLook(evidence: Evidence, thorough: Thorough): Evidence {
  const step = Math.max(evidence.step, thorough.step);
  return areAlike(thorough.samples) ? { ...evidence, step, unseen: ALIKE } : { ...evidence, step, thorough };
}
