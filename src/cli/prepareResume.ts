import { GansmithError, UsageError } from '../base/errors.ts';
import { resolveConfig } from '../gan/config.ts';
import type { AnyGan, BaseConfig } from '../gan/defineGan.ts';
import {
  describeMachine,
  describeVersions,
  latestCheckpoint,
  loggedProgress,
  type OpenedRun,
  openRunFolder,
  type RunRecord,
  type StoredCheckpoint,
} from '../train/node.ts';
import { planStages, type StagePlan } from '../train/stages.ts';
import { isBeingTrained } from './isBeingTrained.ts';
import { openSource } from './openSource.ts';
import type { DoctorMode } from './options.ts';
import { assemble, checkProfile, type Listener, type PreparedRun, type StopOptions } from './prepare.ts';
import { findRecordedGan } from './recordedGan.ts';
import type { FoundGan } from './systems.ts';

/** What `resume` was asked for. */
export interface ResumeRequest extends StopOptions {
  run: string;
  /** Where the user's own GAN file is now. Left out: where it was. */
  gan?: string | undefined;
  doctor: DoctorMode;
  /** Iterations to profile. */
  profile?: number | undefined;
}

/** Where a run stands, and what is left of it. */
export interface ResumePoint {
  opened: OpenedRun;
  found: FoundGan;
  /** Undefined for a run that was killed before its first: it starts from the beginning. */
  checkpoint: StoredCheckpoint | undefined;
  /** Step of the checkpoint to go on from. */
  step: number;
  stages: StagePlan;
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
  const found = await findGanOf(opened, request.gan, listener);
  const checkpoint = latestCheckpoint(request.run, (message) => listener.onWarning?.(message));
  if (!checkpoint) await refuseLostCheckpoints(request.run);
  const step = checkpoint?.content.info.step ?? 0;
  const { seconds, rateScale } = await loggedProgress(request.run, step);
  // A run killed while it saved a change of learning rates has told the log of it already, and is to go on with it.
  if (checkpoint && rateScale) checkpoint.content.info.rateScale = rateScale;
  const finished = isFinished(request, opened, step, seconds);
  const stages = stagesOf(found.gan, opened.record, checkpoint);
  const plans = goOn(request, opened.record, stages, step, seconds);
  const { steps } = plans.left;
  if (!finished)
    checkProfile(request.profile, opened.record.executor, steps === undefined ? steps : steps - step);
  return { opened, found, checkpoint, step, finished, stages, ...plans };
}

/**
 * Opens the data of a run to go on with it: same settings, data, seed, threads, executor and precision. Nothing is written.
 * @throws GansmithError when the data are not those the run began with.
 */
export async function prepareResume(
  point: ResumePoint,
  listener: Listener,
  profile?: number,
): Promise<PreparedRun> {
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
  warnOfOtherMachine(opened, listener);
  const config = resolveConfig(found.gan, record.config, data);
  const prepared = await assemble({ ...record, plan: left }, found, config, data, profile);
  return {
    ...prepared,
    record: { ...record, plan, gan: { ...record.gan, source: found.source } },
    options: {
      ...prepared.options,
      ...(checkpoint ? { checkpoint: { content: checkpoint.content, where: checkpoint.path } } : {}),
    },
  };
}

/** Starting from the beginning is for runs that never came to a step; what another has done must not be dropped. */
async function refuseLostCheckpoints(run: string): Promise<void> {
  const { seconds } = await loggedProgress(run, Infinity);
  if (seconds === 0) return;
  throw new GansmithError(
    `${run} has lost its checkpoints, so it cannot go on; restore its folder 'checkpoints', or train anew`,
  );
}

/** The runtime chooses its kernels by processor and version; the number of threads is taken from the record. */
function warnOfOtherMachine({ path, record }: OpenedRun, { onWarning }: Listener): void {
  if (record.executor === 'interpreter') return;
  const then = `ONNX Runtime ${record.versions.onnxruntime} on '${record.machine.cpu}'`;
  const now = `ONNX Runtime ${describeVersions().onnxruntime} on '${describeMachine().cpu}'`;
  if (then === now) return;
  onWarning?.(`${path} began with ${then}, but this is ${now}: its numbers may differ in their last bits`);
}

/** Two processes writing into one folder would spoil it. */
function refuseRunning({ path, status }: OpenedRun): void {
  if (!status || status.pid === process.pid || !isBeingTrained(status)) return;
  throw new GansmithError(
    `${path} is being trained by process ${status.pid}; stop that first. If it is something else, remove ${path}/status.json`,
  );
}

async function findGanOf(
  { path, record }: OpenedRun,
  moved: string | undefined,
  { onWarning }: Listener,
): Promise<FoundGan> {
  const found = await findRecordedGan(path, record.gan, moved);
  if (found.sha256 !== record.gan.sha256) {
    onWarning?.(
      `${found.source} has changed since ${path} began; the run may not go on exactly as it would have`,
    );
  }
  return found;
}

/** The stages of a run, found without its data; a checkpoint knows their classes. */
function stagesOf(
  gan: AnyGan,
  { config, data, accumulate }: RunRecord,
  checkpoint?: StoredCheckpoint,
): StagePlan {
  const shape = checkpoint?.content.info.data ?? { ...data, classes: [] };
  return planStages(gan, config as BaseConfig, shape, accumulate);
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
  { plan }: RunRecord,
  stages: StagePlan,
  step: number,
  seconds: number,
): { plan: RunRecord['plan']; left: RunRecord['plan'] } {
  const total = steps ?? (kimg === undefined ? undefined : stages.stepsFor(kimg * 1000));
  if (total !== undefined) {
    if (total > step) return { plan: { steps: total }, left: { steps: total } };
    const option = steps === undefined ? `--kimg ${kimg}` : `--steps ${steps}`;
    throw new UsageError(
      `${option}: the run is at step ${step} (${stages.imagesAt(step) / 1000} thousand images) already; both count from its beginning, so give more`,
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
