import type { Damage } from './damage.ts';
import type { Measured } from './measures.ts';

/** Shares of each damage at which its curve is measured. */
export const LEVELS = [0, 1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6, 1];

export interface ScoresRequest {
  id: number;
  damage: Damage;
  /** Of the noise. */
  seed: number;
}

export type ScoresAnswer =
  | { type: 'measured'; id: number; measured: Measured; real: Float32Array; generated: Float32Array }
  | { type: 'curve'; kind: keyof Damage; level: number; measured: Measured }
  | { type: 'failed'; message: string };
