import type { Child, Timing } from './child.ts';
import { median, rounded, type Spread, spread } from './statistics.ts';

/** One workload on both engines, in one alternating run. */
export interface Measurement {
  workload: string;
  /** Speed against PyTorch: its time divided by ours, so above 1 is faster than PyTorch. Of the medians of all rounds. */
  ratio: number;
  /** The same in each single round. */
  ratioSpread: Spread;
  /** The same of the fastest rounds, which other programs disturbed least. */
  fastestRatio: number;
  rounds: number;
  iterationsPerRound: { ours: number; pytorch: number };
  /** Milliseconds of an iteration: over the rounds, each of which counts by its median. */
  ours: Spread;
  pytorch: Spread;
  /** From the declaration to programs that can run; PyTorch eager compiles nothing. */
  compileSeconds: number;
  peakMegabytes: { ours: number; pytorch: number };
  parameters: Record<string, number>;
}

/** How long one engine runs before it is the other's turn. */
const ROUND_MILLISECONDS = 600;
const MOST_ITERATIONS = 300;
/** Lets the threads of the engine that was just measured come to rest. */
const PAUSE_MILLISECONDS = 100;

/** Times both engines in turn, changing who goes first. */
export async function measure(
  workload: string,
  ours: Child,
  pytorch: Child,
  rounds: number,
): Promise<Measurement> {
  const first = { ours: await ours.time(workload, 2), pytorch: await pytorch.time(workload, 2) };
  requireSameNetworks(workload, first.ours, first.pytorch);
  const counts = { ours: iterationsOf(first.ours), pytorch: iterationsOf(first.pytorch) };
  const children = { ours, pytorch };
  const medians: { ours: number[]; pytorch: number[] } = { ours: [], pytorch: [] };
  const last = { ...first };
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? (['ours', 'pytorch'] as const) : (['pytorch', 'ours'] as const);
    for (const engine of order) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
      last[engine] = await children[engine].time(workload, counts[engine]);
      medians[engine].push(median(last[engine].milliseconds));
    }
  }
  return {
    workload,
    ratio: rounded(median(medians.pytorch) / median(medians.ours)),
    ratioSpread: spread(medians.ours.map((time, round) => medians.pytorch[round]! / time)),
    fastestRatio: rounded(Math.min(...medians.pytorch) / Math.min(...medians.ours)),
    rounds,
    iterationsPerRound: counts,
    ours: spread(medians.ours),
    pytorch: spread(medians.pytorch),
    compileSeconds: rounded(last.ours.compileSeconds ?? 0),
    peakMegabytes: {
      ours: rounded(last.ours.peakMegabytes),
      pytorch: rounded(last.pytorch.peakMegabytes),
    },
    parameters: last.ours.parameters,
  };
}

const iterationsOf = ({ milliseconds }: Timing): number =>
  Math.min(MOST_ITERATIONS, Math.max(2, Math.round(ROUND_MILLISECONDS / Math.min(...milliseconds))));

function requireSameNetworks(workload: string, ours: Timing, pytorch: Timing): void {
  for (const network of new Set([...Object.keys(ours.parameters), ...Object.keys(pytorch.parameters)])) {
    const [here, there] = [ours.parameters[network], pytorch.parameters[network]];
    if (here === there) continue;
    throw new Error(
      `${workload}: ${network} has ${here} parameters here and ${there} in PyTorch; compare like with like`,
    );
  }
}
