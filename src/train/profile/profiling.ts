import { GansmithError } from '../../base/errors.ts';
import type { TrainEvent } from '../events.ts';
import type { PhaseRunner } from '../phase.ts';
import { noSpans, recordSpans, type Spans } from './spans.ts';
import { type ProfiledRunOf, type Recording, summarize } from './summarize.ts';
import { traceOf } from './trace.ts';

/** Iterations before those that are profiled: the first ones allocate memory. */
export const WARM_UP = 3;

/**
 * The profile of a run, in three parts: iterations with the runtime's profiler, as many without it, to know what it
 * cost, and the rest of the run, which nobody looks at. Each of the first two begins with a warm-up.
 */
export interface Profiling {
  /** Where the coming iteration is to be recorded. */
  spans(): Spans;
  /** To be told after every iteration; says when programs are to be compiled anew, without the profiler. */
  iterated(step: number, runners: readonly PhaseRunner[]): Promise<'compile' | undefined>;
  /** The profile, once: as soon as it is whole, or when the run `ended`. */
  report(runners: readonly PhaseRunner[], ended?: boolean): Promise<TrainEvent[]>;
}

type About = Omit<ProfiledRunOf, 'step'>;

/** @param iterations to be profiled, after the warm-up */
export function createProfiling(iterations: number, about: About): Profiling {
  const [profiled, plain] = [recordSpans(), recordSpans()];
  const perPart = WARM_UP + iterations;
  let done = 0;
  let step = 0;
  let phases: Recording['phases'] | undefined;
  let failure: string | undefined;
  let reported = false;

  const collect = async (runners: readonly PhaseRunner[]) => {
    try {
      phases = await Promise.all(runners.map((runner) => runner.profile()));
    } catch (error) {
      // A profile that cannot be had is no reason to end a run.
      if (!(error instanceof GansmithError)) throw error;
      failure = error.message;
    }
  };
  const event = (): TrainEvent => {
    if (failure !== undefined) return { type: 'warning', message: `there is no profile: ${failure}` };
    const since = profiled.recorded.reduce((first, { start }) => Math.min(first, start), Infinity);
    const recording = {
      spans: profiled.recorded,
      plain: plain.recorded,
      phases: phases!.map(({ phase, programs }) => ({
        phase,
        programs: programs.map(({ runs, written }) => ({
          runs: runs.filter(({ start }) => start >= since),
          written,
        })),
      })),
    };
    const profile = summarize({ ...about, step }, recording);
    return { type: 'profile', step, profile, trace: traceOf(profile.about, recording) };
  };

  return {
    spans() {
      if (done >= 2 * perPart || done % perPart < WARM_UP) return noSpans;
      return done < perPart ? profiled : plain;
    },
    async iterated(now, runners) {
      done++;
      if (done <= perPart) step = now;
      if (done !== perPart) return undefined;
      await collect(runners);
      return 'compile';
    },
    async report(runners, ended = false) {
      if (reported || (done < 2 * perPart && !ended)) return [];
      reported = true;
      if (done <= WARM_UP) {
        const message = `there is no profile: the run ended within the ${WARM_UP} iterations of the warm-up`;
        return [{ type: 'warning', message }];
      }
      if (done < perPart) await collect(runners);
      return [event()];
    },
  };
}
