import type { Dataset } from '../data/dataset.ts';
import {
  createDoctor,
  createReference,
  examineSamples,
  isHopeless,
  withFittingRemedies,
} from '../doctor/index.ts';
import type { AnyGan, BaseConfig } from '../gan/defineGan.ts';
import type { TrainEvent } from '../train/events.ts';
import type { RecordedEvent } from '../train/node.ts';

/** What is being trained, and on what. */
export interface Trainee {
  gan: AnyGan;
  config: BaseConfig;
  data: Dataset;
}

/** A run's events with what a doctor beside it sees: evidence in its samples, and findings when they are new. */
export async function* attended(
  events: AsyncIterable<TrainEvent>,
  {
    before,
    onHopeless,
    ...trainee
  }: Trainee & {
    /** What a resumed run has said already. */
    before: Iterable<RecordedEvent> | AsyncIterable<RecordedEvent>;
    /** Told of a finding that no step will cure. Answers whether it ends the run for that. */
    onHopeless(): boolean;
  },
): AsyncGenerator<TrainEvent> {
  const reference = await createReference(trainee.data);
  const doctor = createDoctor({ clusters: reference.clusters.names });
  for await (const event of before) doctor.follow(event);
  let ended = false;
  for await (const event of events) {
    if (event.type === 'end') {
      yield ended && event.reason === 'stopped' ? { ...event, by: 'doctor' } : event;
      continue;
    }
    const seen =
      event.type === 'samples' ? { ...event, evidence: await examineSamples(event, reference) } : event;
    yield seen;
    for (const finding of doctor.follow(seen)) {
      const step = 'step' in event ? event.step : 0;
      yield { type: 'finding', step, ...withFittingRemedies(finding, trainee) };
      if (isHopeless(finding) && onHopeless()) ended = true;
    }
  }
}
