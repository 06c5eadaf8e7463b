/** Settings of the toolbox that belong together, in the order of a form. */
const GROUPS: readonly { title: string; settings: readonly string[] }[] = [
  {
    title: 'Optimization',
    settings: ['optimizer', 'lr', 'criticLr', 'lrImages', 'b1', 'b2', 'criticSteps', 'average'],
  },
  { title: 'Objective', settings: ['objective', 'leastSquares', 'featureMatching', 'unrolled'] },
  {
    title: 'Gradient penalties',
    settings: ['gradientPenalty', 'lambda', 'penaltyTarget', 'penaltyAt', 'r1', 'r2', 'penaltyEvery'],
  },
  {
    title: 'Constraints and regularisation',
    settings: [
      'spectralNorm',
      'clip',
      'orthogonal',
      'criticOrthogonal',
      'drift',
      'pathLength',
      'pathEvery',
      'pathShrink',
    ],
  },
  {
    title: 'Against collapse',
    settings: ['minibatchDiscrimination', 'minibatchStd', 'packing'],
  },
  {
    title: 'Noise, labels and augmentation',
    settings: ['realLabel', 'labelFlip', 'instanceNoise', 'instanceNoiseImages', 'dropout', 'augment'],
  },
  {
    title: 'Adaptive augmentation',
    settings: ['ada', 'adaTarget', 'adaImages', 'adaEvery', 'adaStart'],
  },
  { title: 'Classes', settings: ['condition', 'generatorCondition', 'embedding', 'auxiliaryWeight'] },
];

/** The settings of a system in groups with titles: its own first, then those of the toolbox. */
export function groupsOf(settings: readonly string[]): { title: string; settings: string[] }[] {
  const grouped = new Set(GROUPS.flatMap(({ settings }) => settings));
  const own = settings.filter((name) => !grouped.has(name));
  return [
    { title: 'Networks', settings: own },
    ...GROUPS.map(({ title, settings: names }) => ({
      title,
      settings: names.filter((name) => settings.includes(name)),
    })),
  ].filter((group) => group.settings.length > 0);
}
