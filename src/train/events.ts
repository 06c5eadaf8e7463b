import type { DataShape } from '../base/dataShape.ts';
import type { Precision } from '../runtime/executor.ts';
import type { TrainingScore } from './evaluation.ts';
import type { Finding, SampleEvidence } from './findings.ts';
import type { Profile } from './profile/summarize.ts';
import type { Trace } from './profile/trace.ts';

/** Everything a run says, in one stream: the terminal, the run folder and the studio are readers of it. */
export type TrainEvent =
  | StartEvent
  | StageEvent
  | StepEvent
  | SamplesEvent
  | CheckpointEvent
  | ProfileEvent
  | FindingEvent
  | ScoreEvent
  | RateEvent
  | HoldEvent
  | BestEvent
  | { type: 'warning'; message: string }
  /** A number stopped being finite in the step after this one; the error that ends the run follows. */
  | { type: 'non-finite'; step: number; message: string }
  | EndEvent;

export interface StartEvent {
  type: 'start';
  gan: string;
  config: Record<string, unknown>;
  data: DataShape & { name: string; count: number; fingerprint: string };
  seed: number;
  batch: number;
  accumulate: number;
  executor: string;
  threads: number;
  /** What convolutions and matrix products are computed in. */
  precision: Precision;
  /** Number of learned values of each network. */
  parameters: Record<string, number>;
  /** Learning rate of each network that is trained; null where a schedule moves it. */
  learningRates: Record<string, number | null>;
  /** Step the run goes on from; 0 for a new one. */
  step: number;
  /** Real images seen until then. */
  images: number;
  totalSteps?: number;
  minutes?: number;
  /** Seconds spent building and compiling the programs. */
  compileSeconds: number;
  /** Which stage it is in, from 1, of how many; only where there is more than one. */
  stage?: number;
  stages?: number;
}

/** The next iteration begins another stage of the run. */
export interface StageEvent {
  type: 'stage';
  /** Iterations done, and images seen, before it. */
  step: number;
  images: number;
  /** Which one, from 1, of how many. */
  stage: number;
  stages: number;
  /** The settings it has of its own. */
  settings: Record<string, unknown>;
  batch: number;
  /** Number of learned values of each network. */
  parameters: Record<string, number>;
}

export interface StepEvent {
  type: 'step';
  /** Iterations done, this one included. */
  step: number;
  /** Real images a critic could have seen: step times batch times micro-batches. */
  images: number;
  seconds: number;
  /** Reported scalars by `phase/key`, averaged over the repeats of the phase in this step. */
  metrics: Record<string, number>;
}

/** Samples from fixed latents, so that their sequence plays as a film. */
export interface SamplesEvent {
  type: 'samples';
  step: number;
  /** [N, C, H, W] in [-1, 1], or [N, D]. */
  shape: readonly number[];
  data: Float32Array | Float64Array;
  /** Images in a row of a grid, where that puts one class in a column. */
  columns?: number;
  /** What the doctor saw in them. */
  evidence?: SampleEvidence;
}

/** The doctor found something, or is surer of it than before. */
export interface FindingEvent extends Finding {
  type: 'finding';
  step: number;
}

export interface EndEvent {
  type: 'end';
  step: number;
  images: number;
  reason: 'done' | 'stopped';
  /** Who stopped it, if not the user. */
  by?: 'doctor';
}

export interface CheckpointEvent {
  type: 'checkpoint';
  step: number;
  /** The whole state of the run as a safetensors file. */
  bytes: Uint8Array;
}

/** Learning rates were changed from outside: from the next step on they hold, and a checkpoint that says so follows. */
export interface RateEvent {
  type: 'rate';
  step: number;
  /** What the learning rate of each network is multiplied by; 1 for those not named. */
  scale: Record<string, number>;
}

/** Held between two steps, or going on after that. A checkpoint of the step is there when it is held. */
export interface HoldEvent {
  type: 'paused' | 'continued';
  step: number;
}

/** A score of the generator after so many iterations. */
export interface ScoreEvent extends TrainingScore {
  type: 'score';
  step: number;
}

/** The run was never scored better: its whole state, as a checkpoint has it. */
export interface BestEvent {
  type: 'best';
  step: number;
  bytes: Uint8Array;
}

/** Where the time of some iterations went, for a run that was to be profiled. */
export interface ProfileEvent {
  type: 'profile';
  /** The last iteration it is about. */
  step: number;
  profile: Profile;
  trace: Trace;
}
