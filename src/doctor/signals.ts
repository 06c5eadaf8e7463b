/** What a step says of the game, whatever its phases are called. Undefined where no phase reports it. */
export interface Signals {
  criticLoss?: number;
  generatorLoss?: number;
  /** Mean scores of the critic. */
  scoreReal?: number;
  scoreFake?: number;
  /** Share of examples the critic is right about. */
  accuracy?: number;
  /** Share of examples that leave the critic nothing to learn. */
  saturated?: number;
  /** Norms of the gradients of all weights. */
  criticGradient?: number;
  generatorGradient?: number;
  /** The largest size of any reported number. */
  largest?: number;
}

export type Signal = keyof Signals;

/**
 * Reads the scalars of a step, named `phase/key`. The critic's phase is the first that trains D, the generator's the first that trains
 * G: both are told by the `gradientNorm/...` that every phase reports. The other keys are those of the toolbox; phases of
 * other systems that report `scoreReal`, `scoreFake`, `accuracy` or `saturated` are understood as well.
 */
export function signalsOf(metrics: Readonly<Record<string, number>>): Signals {
  const names = Object.keys(metrics);
  const phaseOf = (network: string) => {
    const ending = `/gradientNorm/${network}`;
    return names.find((name) => name.endsWith(ending))?.slice(0, -ending.length);
  };
  const [critic, generator] = [phaseOf('D'), phaseOf('G')];
  const norm = (phase: string | undefined, network: string) => {
    const squared = metrics[`${phase}/gradientNorm/${network}`];
    return squared === undefined ? undefined : Math.sqrt(squared);
  };
  const read: { [Name in Signal]: number | undefined } = {
    criticLoss: metrics[`${critic}/loss`],
    generatorLoss: metrics[`${generator}/loss`],
    scoreReal: metrics[`${critic}/scoreReal`],
    scoreFake: metrics[`${critic}/scoreFake`],
    accuracy: metrics[`${critic}/accuracy`],
    saturated: metrics[`${critic}/saturated`],
    criticGradient: norm(critic, 'D'),
    generatorGradient: norm(generator, 'G'),
    largest: names.length === 0 ? undefined : Math.max(...Object.values(metrics).map(Math.abs)),
  };
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined));
}
