/* The run folder: what a run leaves on disk, and how it is read back. */
export {
  BEST_CHECKPOINT,
  checkpointSteps,
  latestCheckpoint,
  readCheckpoint,
  type StoredCheckpoint,
} from './node/checkpoints.ts';
export { askRun, type FollowedControl, followControl, type RunControl, readControl } from './node/control.ts';
export { describeMachine, describeVersions, packageVersion } from './node/machine.ts';
export { type PictureOptions, samplesPicture } from './node/picture.ts';
export { type RecordedEvent, type RecordOptions, recordRun } from './node/recorder.ts';
export { type LoggedProgress, loggedEvents, loggedProgress } from './node/rewind.ts';
export {
  createRunFolder,
  type OpenedRun,
  openRunFolder,
  RUN_FILES,
  stepName,
  writeRunRecord,
} from './node/runFolder.ts';
export type { RunRecord, RunStatus } from './node/runRecord.ts';
export { appendScoreLine, OF_TRAINING, scoreFile } from './node/scores.ts';
export { type RunTuning, type TunedRun, tuneRun } from './node/tuning.ts';
