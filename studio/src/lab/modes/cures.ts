export interface Cure {
  name: string;
  title: string;
  /** What it does, in a sentence. */
  about: string;
  /** Settings of the toolbox that make it. */
  settings: Readonly<Record<string, unknown>>;
}

/** What is tried against mode collapse; every one is a setting of the command line, too. */
export const cures: readonly Cure[] = [
  { name: 'none', title: 'No cure', about: 'The original game.', settings: {} },
  {
    name: 'r1',
    title: 'R1',
    about: 'The critic is kept flat at real points.',
    settings: { r1: 0.1 },
  },
  {
    name: 'pairing',
    title: 'Relativistic, R1 and R2',
    about: 'Scores only count against those of the other side, and are kept flat at both.',
    settings: { objective: 'relativistic-pairing', r1: 0.1, r2: 0.1 },
  },
  {
    name: 'packing',
    title: 'Packs of 4',
    about: 'The critic judges four points at once, so sameness gives them away.',
    settings: { packing: 4 },
  },
  {
    name: 'minibatch',
    title: 'Minibatch discrimination',
    about: 'The critic is told how close the points of a batch lie to one another.',
    settings: { minibatchDiscrimination: 8 },
  },
  {
    name: 'noise',
    title: 'Instance noise',
    about: 'All the critic sees is blurred at first, so that no mode stands alone.',
    settings: { instanceNoise: 0.5, instanceNoiseImages: 64_000 },
  },
  {
    name: 'unrolled',
    title: 'Unrolled 5 steps',
    about: 'The generator looks ahead at how the critic will answer.',
    settings: { unrolled: 5 },
  },
  {
    name: 'penalty',
    title: 'Wasserstein, gradient penalty',
    about: 'The critic measures a distance, three steps for one of the generator.',
    settings: { objective: 'wasserstein', gradientPenalty: 'two-sided', lambda: 0.1, criticSteps: 3 },
  },
];
