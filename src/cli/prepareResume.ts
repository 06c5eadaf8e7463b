import { GansmithError, UsageError } from '../base/errors.ts';
import { resolveConfig } from '../gan/config.ts';
import {
  latestCheckpoint,
  loggedProgress,
  type OpenedRun,
  openRunFolder,
  type RunRecord,
  type StoredCheckpoint,
} from '../train/node.ts';
import { openSource } from './openSource.ts';
import { assemble, type Listener, type PreparedRun, type StopOptions, stepsFor } from './prepare.ts';
import { type FoundGan, findGan } from './systems.ts';

/** What `resume` was asked for. */
export interface ResumeRequest extends StopOptions {
  run: string;
}

/** Where a run stands, and what is left of it. */
export interface ResumePoint {
  opened: OpenedRun;
  found: FoundGan;
  checkpoint: StoredCheckpoint;
  /** Step of the checkpoint to go on from. */
  step: number;
  /** The plan of the whole run from now on. */
  plan: RunRecord['plan'];
  /** What is left of the plan, as the loop counts it: steps from the beginning, minutes from now. */
  left: RunRecord['plan'];
  /** True when the run has come to its planned end and nobody asked for more. */
  finished: boolean;
}

/**
 * Finds out where to go on with a run. Nothing is written.
 * @throws UsageError when there is no such run, or it is past the end asked for; GansmithError when it is being trained at
 *   this moment, or has no checkpoint to go on from.
 */
export async function findResumePoint(request: ResumeRequest, listener: Listener): Promise<ResumePoint> {
  const opened = await openRunFolder(request.run);
  refuseRunning(opened);
  const found = await findRecordedGan(opened, listener);
  const checkpoint = latestCheckpoint(request.run, (message) => listener.onWarning?.(message));
  const { step } = checkpoint.content.info;
  const { seconds } = await loggedProgress(request.run, step);
  const finished = isFinished(request, opened, step, seconds);
  return { opened, found, checkpoint, step, finished, ...goOn(request, opened.record, step, seconds) };
}

/**
 * Opens the data of a run to go on with it: same settings, data, seed, threads and executor. Nothing is written.
 * @throws GansmithError when the data are not those the run began with.
 */
export async function prepareResume(point: ResumePoint, listener: Listener): Promise<PreparedRun> {
  const { opened, found, checkpoint, plan, left } = point;
  const { record, path } = opened;
  const { source, size, channels, name, fingerprint } = record.data;
  const data = await openSource(source, found.gan, {
    ...(size === undefined ? {} : { size }),
    ...(channels === undefined ? {} : { channels }),
    ...listener,
  });
  if (data.fingerprint !== fingerprint) {
    throw new GansmithError(
      `${path}: the data '${name}' have changed since the run began (fingerprint ${data.fingerprint}, then ${fingerprint}), so it cannot go on exactly; restore them, or train anew`,
    );
  }
  const config = resolveConfig(found.gan, record.config, data);
  const prepared = await assemble({ ...record, plan: left }, found, config, data);
  return {
    ...prepared,
    record: { ...record, plan },
    options: { ...prepared.options, checkpoint: { content: checkpoint.content, where: checkpoint.path } },
  };
}

/** Milliseconds after which a status of a living process is no longer believed. */
const STALE_AFTER = 10 * 60_000;

/** Two processes writing into one folder would spoil it. */
function refuseRunning({ path, status }: OpenedRun): void {
  if (status?.state !== 'running' || status.pid === process.pid || !isAlive(status.pid)) return;
  if (Date.now() - Date.parse(status.updated) > STALE_AFTER) return;
  throw new GansmithError(
    `${path} is being trained by process ${status.pid}; stop that first. If it is something else, remove ${path}/status.json`,
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function findRecordedGan({ path, record }: OpenedRun, { onWarning }: Listener): Promise<FoundGan> {
  const found = await findGan(record.gan.source);
  if (found.sha256 !== record.gan.sha256) {
    onWarning?.(
      `${record.gan.source} has changed since ${path} began; the run may not go on exactly as it would have`,
    );
  }
  return found;
}

function isFinished(
  stop: StopOptions,
  { record, status }: OpenedRun,
  step: number,
  seconds: number,
): boolean {
  if (stop.steps !== undefined || stop.kimg !== undefined || stop.minutes !== undefined) return false;
  const { steps = Infinity, minutes = Infinity } = record.plan;
  return step >= steps || seconds >= minutes * 60 || (status?.state === 'done' && status.step === step);
}

function goOn(
  { steps, kimg, minutes }: StopOptions,
  { plan, batch, accumulate }: RunRecord,
  step: number,
  seconds: number,
): { plan: RunRecord['plan']; left: RunRecord['plan'] } {
  const total = steps ?? (kimg === undefined ? undefined : stepsFor(kimg, batch * accumulate));
  if (total !== undefined) {
    if (total > step) return { plan: { steps: total }, left: { steps: total } };
    const option = steps === undefined ? `--kimg ${kimg}` : `--steps ${steps}`;
    throw new UsageError(
      `${option}: the run is at step ${step} (${(step * batch * accumulate) / 1000} thousand images) already; both count from its beginning, so give more`,
    );
  }
  // A planned number of steps stays planned, for schedules depend on it.
  const kept = plan.steps !== undefined && plan.steps > step ? { steps: plan.steps } : {};
  if (minutes !== undefined) {
    return { plan: { ...kept, minutes: seconds / 60 + minutes }, left: { ...kept, minutes } };
  }
  const time = plan.minutes === undefined ? {} : { minutes: Math.max(0, plan.minutes - seconds / 60) };
  return { plan, left: { ...kept, ...time } };
}
