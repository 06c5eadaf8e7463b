import type { AnyGan, resolveConfig, TrainEvent } from 'gansmith';
import type { Dataset } from 'gansmith/data';
import {
  createDoctor,
  createReference,
  examineSamples,
  type Finding,
  withFittingRemedies,
} from 'gansmith/doctor';

/** The doctor of the command line beside a game. */
export interface Attending {
  follow(event: Extract<TrainEvent, { type: 'start' | 'step' }>): void;
  /** Looks at samples from the same noise each time, flat [N, ...shape of an example]. */
  look(step: number, samples: Float32Array): Promise<void>;
  /** What it found at its last look, the surest first. */
  findings(): readonly Finding[];
}

interface Patient {
  gan: AnyGan;
  config: ReturnType<typeof resolveConfig>;
  data: Dataset;
}

export async function attend(patient: Patient): Promise<Attending> {
  const { shape } = patient.data;
  const reference = await createReference(patient.data);
  const doctor = createDoctor({ clusters: reference.clusters.names });
  const size = shape.reduce((product, side) => product * side, 1);
  let found: readonly Finding[] = [];
  return {
    follow(event) {
      doctor.follow(event);
    },
    async look(step, data) {
      const samples = { shape: [data.length / size, ...shape], data };
      doctor.follow({ type: 'samples', step, evidence: await examineSamples(samples, reference) });
      found = doctor.diagnose().findings.map((finding) => withFittingRemedies(finding, patient));
    },
    findings: () => found,
  };
}
