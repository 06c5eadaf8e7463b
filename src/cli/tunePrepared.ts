import { buildGan } from '../gan/build.ts';
import { tuneRun } from '../train/node.ts';
import { programsOf } from '../train/phase.ts';
import { planStages } from '../train/stages.ts';
import type { Listener, PreparedRun } from './prepare.ts';

export interface TunedPrepared {
  /** The run with the forms of its operations. */
  tuned: PreparedRun;
  /** Kinds of operations measured now, and those there was no time for. */
  measured: number;
  unmeasured: number;
}

/** Settles how the operations of a new run are written, within so many seconds. The interpreter writes nothing. */
export async function tunePrepared(
  prepared: PreparedRun,
  seconds: number,
  { onProgress, onWarning, shouldStop }: Listener & { shouldStop(): boolean },
): Promise<TunedPrepared> {
  const { record, options } = prepared;
  if (record.executor === 'interpreter') return { tuned: prepared, measured: 0, unmeasured: 0 };
  const { gan, config, data, executor } = options;
  const { threads, accumulate } = record;
  const { spans } = planStages(gan, config, data, accumulate);
  const phases = spans.flatMap(({ config }) => buildGan(gan, config, data, { accumulate }).phases);
  const programs = phases.flatMap((phase) => programsOf(phase, accumulate));
  const { choices, ...counts } = await tuneRun(programs, executor, {
    threads,
    seconds,
    onWarning,
    shouldStop,
    onProgress: (done, total) => onProgress?.(done, total, 'tuning operations to this machine'),
  });
  const withForms = {
    record: { ...record, lowerings: choices },
    options: { ...options, lowerings: choices },
  };
  return { tuned: { ...prepared, ...withForms }, ...counts };
}
