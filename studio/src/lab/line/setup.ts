import type { Setup } from '../engine/protocol.ts';

/** Places on the line at which the critic is asked. */
export const LINE_GRID = { from: -4.5, to: 4.5, count: 181 };

export const linePlaces = Float32Array.from(
  { length: LINE_GRID.count },
  (_, i) => LINE_GRID.from + ((i + 0.5) / LINE_GRID.count) * (LINE_GRID.to - LINE_GRID.from),
);

interface LineOptions {
  objective: string;
  criticSteps: number;
  seed: number;
  rate: number;
  /** Standard deviation of both Gaussians. */
  std: number;
}

/** The game of two Gaussians at -2 and 2. */
export const lineSetup = ({
  objective,
  criticSteps,
  seed,
  rate,
  std,
}: LineOptions): Omit<Setup, 'moves'> => ({
  gan: 'gan',
  settings: { preset: 'bimodal', generator: [16, 16], critic: [16, 16], objective, criticSteps, lr: rate },
  data: { source: `bimodal:${std}` },
  seed,
  executor: 'interpreter',
  near: 0.5,
  centres: [-2, 2],
  look: { samples: 1000, map: linePlaces, net: new Float32Array(), weights: [] },
  attended: true,
});
