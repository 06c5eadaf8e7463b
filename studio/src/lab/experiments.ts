import type { ComponentType } from 'preact';

/** An experiment of the lab: nothing of it is loaded before it is opened. */
export interface Experiment {
  /** Its address: `#/lab/game`. */
  path: string;
  title: string;
  /** What one sees there, in a sentence. */
  about: string;
  /** Whether a game of the lab's own worker is played there. */
  plays?: boolean;
  load(): Promise<{ default: ComponentType }>;
}

export const experiments: readonly Experiment[] = [
  {
    path: 'game',
    title: 'The game in the plane',
    about: 'A generator learns a shape - or what you draw - while the critic maps what it believes.',
    plays: true,
    load: () => import('./game/index.tsx'),
  },
  {
    path: 'modes',
    title: 'Mode collapse clinic',
    about: 'Eight clusters, several cures side by side: who finds them all?',
    plays: true,
    load: () => import('./modes/index.tsx'),
  },
  {
    path: 'line',
    title: 'Two Gaussians on a line',
    about: 'Both densities, the critic between them, and the best critic there could be.',
    plays: true,
    load: () => import('./line/index.tsx'),
  },
  {
    path: 'saturating',
    title: 'Saturating or not',
    about: 'Two losses for the generator, and what each tells a sample that is rejected.',
    plays: true,
    load: () => import('./saturating/index.tsx'),
  },
  {
    path: 'players',
    title: 'Two players, no rest',
    about: 'Why gradient steps circle around an equilibrium, and what makes them arrive.',
    load: () => import('./players/index.tsx'),
  },
  {
    path: 'transport',
    title: 'Jensen-Shannon or Wasserstein',
    about: 'Move two distributions apart: one distance goes blind, the other keeps telling the way.',
    load: () => import('./transport/index.tsx'),
  },
  {
    path: 'leash',
    title: 'The Lipschitz leash',
    about: 'The same critic clipped, penalised and normalised, and where its weights go.',
    plays: true,
    load: () => import('./leash/index.tsx'),
  },
  {
    path: 'scores',
    title: 'Look at the scores',
    about: 'Losses and distances by hand, and what each score makes of blur, noise and missing modes.',
    load: () => import('./scores/index.tsx'),
  },
  {
    path: 'digits',
    title: 'A picture GAN in your tab',
    about: 'A convolutional GAN learns real digits here, from haze to strokes, a look a second.',
    load: () => import('./digits/index.tsx'),
  },
  {
    path: 'passes',
    title: 'One pass or fifty',
    about: 'What a sample costs: a generator beside a sampler that walks from noise to data.',
    plays: true,
    load: () => import('./passes/index.tsx'),
  },
];
