/* What the studio's server and its pages say to each other. Types only, so that both sides share them. */
import type { RunRecord, RunStatus } from '../../train/node/runRecord.ts';

export type { RunRecord };

/** `interrupted`: it said it was running, but its process is gone. `unknown`: it says nothing. */
export type RunState = RunStatus['state'] | 'interrupted' | 'unknown';

/** One run in the list of all. */
export interface RunSummary {
  /** Name of its folder. */
  name: string;
  gan: string;
  data: string;
  state: RunState;
  step: number;
  images: number;
  /** Steps a second, over the last of them. */
  rate?: number;
  plan: RunRecord['plan'];
  /** ISO 8601. */
  created: string;
  /** When the run last said how far it is, ISO 8601. */
  updated?: string;
  /** Step of the newest samples. */
  sample?: number;
  /** The best of the scores it was given, by the metric the log names first. */
  best?: { metric: string; value: number; step: number };
  /** Why it failed, or why its folder cannot be read. */
  message?: string;
  /** Trained by this very studio, which can stop it. */
  ours: boolean;
}

export interface RunDetail {
  summary: RunSummary;
  record: RunRecord;
  /** Seconds of training by the log. */
  seconds: number;
  /** Steps of the checkpoints it keeps, newest first. */
  checkpoints: number[];
}

/** Numbers of a run over its steps. Rows are gathered in groups when there are more than asked for. */
export interface Series {
  /** Rows of the whole log. */
  rows: number;
  firstStep: number;
  lastStep: number;
  bucketed: boolean;
  /** Taken from a few places of the log, while the whole is being read. */
  sampled?: boolean;
  /** Last step of each group, and seconds of training until then. */
  steps: number[];
  seconds: number[];
  /** By `phase/key`. `low` and `high` are there when `bucketed`; null where nothing was reported. */
  keys: Record<string, { mean: (number | null)[]; low?: (number | null)[]; high?: (number | null)[] }>;
}

/** An event of the log other than a step, as the recorder wrote it. */
export type LoggedEvent = { type: string; step?: number } & Record<string, unknown>;

/** What the training that this studio started is doing. `job` counts what was started, so that each tells its own end. */
export type JobState =
  | { state: 'idle' }
  | { state: 'preparing'; job: number; gan: string; done?: number; total?: number; what?: string }
  | { state: 'running' | 'stopping'; job: number; run: string }
  | { state: 'ended'; job: number; run?: string; message?: string; failed: boolean };

/** Messages of the event stream, by the name of the event. */
export interface StreamMessages {
  /** All runs; sent when no run was asked for, and whenever they change. */
  runs: RunSummary[];
  /** The training started here. */
  job: JobState;
  /** Events of a run's log other than steps: first all, then what comes. */
  log: { run: string; events: LoggedEvent[] };
  /** How far a run is. */
  progress: { run: string; summary: RunSummary; seconds: number; rows: number };
  /** The log was cut or rewritten: forget what was known of it. */
  reset: { run: string };
}

/** What can be trained, and on what. */
export interface Catalogue {
  systems: {
    name: string;
    title: string;
    paper?: string;
    data: readonly string[];
    presets: string[];
    /** Names of all settings, those that belong together under one title. */
    groups: { title: string; settings: string[] }[];
    /** JSON Schema of the settings. */
    schema: { properties?: Record<string, SettingSchema> };
  }[];
  sources: { name: string; title: string; example: string; kind: string }[];
  metrics: { name: string; title: string }[];
  executors: readonly string[];
  /** Of the machine. */
  threads: number;
}

export interface SettingSchema {
  type?: string;
  enum?: (string | number)[];
  const?: unknown;
  anyOf?: SettingSchema[];
  default?: unknown;
  description?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
}

/** The body of a request to train; what is left out is as on the command line. */
export interface TrainBody {
  gan: string;
  data?: string;
  /** Settings as text, as `key=value` gives them. */
  settings?: Record<string, string>;
  size?: number;
  channels?: 1 | 3;
  steps?: number;
  kimg?: number;
  minutes?: number;
  seed?: number;
  threads?: number;
  accumulate?: number;
  executor?: RunRecord['executor'];
  precision?: RunRecord['precision'];
  tune?: number;
  sampleEvery?: number;
  checkpointEvery?: number;
  doctor?: 'off' | 'warn' | 'stop';
  eval?: NonNullable<RunRecord['eval']>;
}

/** The body of a request to a run that trains; what is left out stays as it is. */
export interface ControlBody {
  pause?: boolean | undefined;
  /** What the learning rates of networks are multiplied by from now on. */
  rateScale?: Record<string, number> | undefined;
}

/** A picture whose nearest training images are asked for. */
export interface NearestBody {
  by: 'pixels' | 'features';
  count: number;
  /** [C, H, W] */
  shape: number[];
  /** Its bytes in base64, black 0 and white 255, channel by channel. */
  pixels: string;
}

export interface NearestResult {
  /** What was compared, in words. */
  by: string;
  /** The data, and how many images there are. */
  data: string;
  of: number;
  /** Nearest first. Distances of pixels are root mean squares: 0 for the same picture, 1 for black and white. */
  neighbours: { index: number; distance: number; label?: string; pixels: string }[];
}

/** A line of the answer: how far the search is, what it found, or why it found nothing. */
export type NearestMessage =
  | { done: number; total: number; what: string }
  | { found: NearestResult }
  | { error: string };

/** A network of a run that is asked for as an ONNX model. */
export interface ModelBody {
  /** The generator, the critic, or a part of a generator with styles. */
  network: 'G' | 'D' | 'mapping' | 'synthesis';
  /** Of a checkpoint; left out: the newest. */
  step?: number;
}

/** The body of an answer that refuses. */
export interface RefusalBody {
  error: string;
  /** What is wrong with single parts of the request, by their paths, such as `settings.lr`. */
  fields?: Record<string, string>;
}
