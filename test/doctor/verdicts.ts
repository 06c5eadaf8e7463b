import { createDoctor, type Finding } from '../../src/doctor/index.ts';
import { CONFIDENCES, type Confidence, type Sickness } from '../../src/train/findings.ts';
import type { DoctorRun } from './runs.ts';
import type { RunEvidence } from './trainRun.ts';

/** Runs of this seed hold the doctor to account; its thresholds were set on runs of another. */
export const TEST_SEED = 2;

export const seedOf = ({ seed = TEST_SEED }: DoctorRun): number => seed;

/** A finding, and when it was said: at a step while the run went on, or when its trained model was looked at. */
export interface Said {
  step: number | 'end';
  finding: Finding;
}

/** Everything the doctor says of a run, live and of what it came to. */
export function allSaid({ events, thorough }: RunEvidence): Said[] {
  const doctor = createDoctor();
  const live = events.flatMap((event) =>
    doctor.follow(event).map((finding): Said => ({ step: 'step' in event ? event.step : 0, finding })),
  );
  const { findings } = doctor.diagnose(thorough);
  return [...live, ...findings.map((finding): Said => ({ step: 'end', finding }))];
}

/** How sure the doctor came to be of a sickness, and when; undefined when it never said a word of it. */
export function surest(
  said: readonly Said[],
  sickness: Sickness,
): { confidence: Confidence; step: number | 'end' } | undefined {
  const of = said.filter(({ finding }) => finding.sickness === sickness);
  const rank = ({ finding }: Said) => CONFIDENCES.indexOf(finding.confidence);
  const [first] = of.sort((a, b) => rank(b) - rank(a));
  return first && { confidence: first.finding.confidence, step: first.step };
}

/** A row of the table on the page about the doctor. */
export function tableRow(
  { name, sickness, gan, data, limit, settings, steps }: DoctorRun,
  said: readonly Said[],
): string {
  const words = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  const what = limit === undefined ? data : `${limit} of ${data}`;
  const kinds = [...new Set(said.map(({ finding }) => finding.sickness))];
  const found = kinds.map((kind) => {
    const { confidence, step } = surest(said, kind)!;
    const text = `${kind} (${confidence}, ${step === 'end' ? 'at the end' : `step ${step}`})`;
    return kind === sickness ? `**${text}**` : text;
  });
  return `| ${name} | ${gan.name} | ${what} | \`${words.join(' ')}\` | ${steps} | ${found.join(', ') || 'nothing'} |`;
}
