import { batch, type Signal, signal } from '@preact/signals';
import type { LoggedEvent, RunDetail, RunSummary } from 'gansmith/studio';
import { follow, get, pathOf } from '../server.ts';

/** A run as far as the page knows it; it changes as the run goes on. */
export interface FollowedRun {
  name: string;
  detail: Signal<RunDetail | undefined>;
  summary: Signal<RunSummary | undefined>;
  /** Seconds of training. */
  seconds: Signal<number>;
  /** Rows in its log: charts are read anew when this changes. */
  rows: Signal<number>;
  /** Events of the log other than steps. */
  events: Signal<readonly LoggedEvent[]>;
  /** Why the studio could not train it, when it was asked to. */
  trouble: Signal<string | undefined>;
  /** Why it cannot be shown. */
  problem: Signal<string | undefined>;
}

/**
 * Follows runs as long as they are shown, by one stream for all.
 * @returns the runs, and what ends the following
 */
export function followRuns(names: readonly string[]): { runs: FollowedRun[]; end: () => void } {
  const runs = names.map(
    (name): FollowedRun => ({
      name,
      detail: signal(undefined),
      summary: signal(undefined),
      seconds: signal(0),
      rows: signal(0),
      events: signal([]),
      trouble: signal(undefined),
      problem: signal(undefined),
    }),
  );
  const named = (name: string) => runs.find((run) => run.name === name);
  const details = runs.map((run) =>
    get<RunDetail>(pathOf('runs', run.name)).then(
      (detail) =>
        batch(() => {
          run.detail.value = detail;
          run.summary.value ??= detail.summary;
          if (run.seconds.value === 0) run.seconds.value = detail.seconds;
        }),
      (error: Error) => {
        run.problem.value = error.message;
      },
    ),
  );
  let ended = false;
  let end = () => {};
  // A stream that names a run there is not is refused as a whole, so it waits for those there are.
  Promise.all(details).then(() => {
    const readable = runs.filter(({ problem }) => problem.value === undefined);
    if (ended || readable.length === 0) return;
    end = follow(
      readable.map(({ name }) => name),
      {
        log({ run, events }) {
          const followed = named(run);
          if (followed) followed.events.value = [...followed.events.value, ...events];
        },
        progress({ run, summary, seconds, rows }) {
          const followed = named(run);
          if (!followed) return;
          batch(() => {
            followed.summary.value = summary;
            followed.seconds.value = seconds;
            followed.rows.value = rows;
          });
        },
        job(job) {
          for (const run of runs) {
            const failed = job.state === 'ended' && job.failed && job.run === run.name;
            run.trouble.value = failed ? job.message : undefined;
          }
        },
        reset({ run }) {
          const followed = named(run);
          if (followed) followed.events.value = [];
        },
      },
    );
  });
  return {
    runs,
    end() {
      ended = true;
      end();
    },
  };
}

/** Steps a run has samples of, in order. */
export const sampleSteps = (events: readonly LoggedEvent[]): number[] =>
  events.filter(({ type, step }) => type === 'samples' && step !== undefined).map(({ step }) => step!);
