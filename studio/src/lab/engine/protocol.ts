import type { Finding } from 'gansmith/doctor';

/** Who learns in a move: the critic, the generator, or both in one iteration. */
export type Player = 'critic' | 'generator' | 'both';

/** Moves since the start, in order; the state of a game depends on its setup and these alone. */
export type Moves = readonly (readonly [player: Player, count: number])[];

export type LabData =
  /** A set the package knows, as the command line takes it. */
  | { source: string }
  /** Points of one's own, flat [N, D]. */
  | { name: string; dimensions: number; coordinates: Float32Array };

export interface Setup {
  /** Name of the system in the zoo. */
  gan: string;
  settings: Readonly<Record<string, unknown>>;
  data: LabData;
  seed: number;
  /** Where programs run: the float64 interpreter, or ONNX Runtime as WebAssembly. */
  executor: 'interpreter' | 'wasm';
  /** Moves to make at once, before the first look. */
  moves: Moves;
  /** Distance within which a generated point counts as on the data. */
  near: number;
  /** Centres of the modes to be counted, flat [M, D]; empty for none. */
  centres: readonly number[];
  look: Look;
  /** Whether the doctor is to follow the game. */
  attended?: boolean;
}

/** What to look at between steps. */
export interface Look {
  /** Points of the generator, from fixed noise. */
  samples: number;
  /** Places to ask the critic at, flat [N, D]. */
  map: Float32Array;
  /** Noise whose images are drawn as a net, flat [N, latent]; empty for none. */
  net: Float32Array;
  /** Names of weights to show, by the beginnings of their names. */
  weights: readonly string[];
}

export type Request<S = Setup> =
  | { type: 'configure'; id: number; setup: S }
  | { type: 'move'; player: Player; count: number }
  | { type: 'run' }
  | { type: 'pause' }
  /** The last snapshot was drawn: the next one may come. */
  | { type: 'drawn' };

/** What was measured at a step. */
export interface Measure {
  step: number;
  /** Modes with at least one in a hundred of the generated points near them. */
  modes: number;
  /** Share of generated points near a real one. */
  precision: number;
  /** Share of real points near a generated one. */
  recall: number;
}

/** How far a game is: what every snapshot tells. */
export interface Progress {
  step: number;
  moves: Moves;
  /** Whether more steps follow without being asked for. */
  running: boolean;
  /** Steps a second, of late. */
  rate: number;
  /** Losses since the last snapshot: step, critic's, generator's, in turn; NaN for a player that did not move. */
  losses: Float64Array;
}

export interface Snapshot extends Progress {
  /** Real examples, flat; sent with the first snapshot of a setup. */
  real?: Float32Array;
  generated: Float32Array;
  /** Milliseconds the generator took for them. */
  took: number;
  /** Examples of a batch and where the generator's loss pulls them. */
  made: Float32Array;
  pull: Float32Array;
  map: Float32Array;
  net: Float32Array;
  weights: Float32Array;
  measures: readonly Measure[];
  /** What the doctor finds wrong; empty where none follows the game. */
  findings: readonly Finding[];
}

export type Answer<T = Snapshot> =
  | { type: 'doing'; id: number; what: string }
  | { type: 'snapshot'; id: number; snapshot: T }
  | { type: 'failed'; id: number; message: string };
