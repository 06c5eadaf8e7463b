export interface DigitsSetup {
  seed: number;
  width: number;
  batch: number;
  on: 'wasm' | 'webgpu';
  /** Steps to make before the first pause. */
  steps: number;
}

export type DigitsRequest =
  | { type: 'open'; setup: DigitsSetup }
  | { type: 'run' }
  | { type: 'pause' }
  | { type: 'step' };

export type DigitsAnswer =
  | { type: 'doing'; what: string }
  | {
      type: 'look';
      step: number;
      rate: number;
      /** Milliseconds the generator took for all samples. */
      took: number;
      /** In [-1, 1], [N, 1, 28, 28]. */
      samples: Float32Array;
      /** Step, critic's and generator's loss, in turn, since the last look. */
      losses: Float64Array;
    }
  | { type: 'failed'; message: string };
