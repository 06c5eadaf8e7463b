import type { Moves, Progress } from '../engine/protocol.ts';

export interface DigitsSetup {
  seed: number;
  width: number;
  batch: number;
  on: 'wasm' | 'webgpu';
  /** Moves to make at once, before the first look. */
  moves: Moves;
}

export interface DigitsLook extends Progress {
  /** Milliseconds the generator took for all samples. */
  took: number;
  /** In [-1, 1], [N, 1, 28, 28]. */
  samples: Float32Array;
}
