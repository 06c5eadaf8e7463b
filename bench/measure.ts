import type { Child, Timing } from './child.ts';
import { median, rounded, type Spread, spread } from './statistics.ts';

/** One workload on all engines, in one alternating run. */
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
  others: readonly OtherEngine[];
}

/** A further engine: what it took, or why it took nothing. */
export type OtherEngine = { engine: string } & (TimedEngine | { reason: string });

export interface TimedEngine {
  /** Our speed against it: its time divided by ours. */
  ratio: number;
  milliseconds: Spread;
  rounds: number;
  iterationsPerRound: number;
  compileSeconds?: number;
  peakMegabytes?: number;
  note?: string;
}

/** How long one engine runs before it is the next one's turn. */
const ROUND_MILLISECONDS = 600;
const MOST_ITERATIONS = 300;
/** Engines whose single iteration takes longer than this are slow: they take part in only so many rounds as fit the limit. */
const SLOW_MILLISECONDS = 3000;
const SLOW_LIMIT_MILLISECONDS = 20_000;
/** Lets the threads of the engine that was just measured come to rest. */
const PAUSE_MILLISECONDS = 100;

/** An engine in the course of a measurement. */
interface Runner {
  child: Child;
  iterations: number;
  rounds: number;
  medians: number[];
  last: Timing;
}

/** Times the engines in turn, changing who goes first. A further engine that fails gets a reason in place of its figures. */
export async function measure(
  workload: string,
  ours: Child,
  pytorch: Child,
  rounds: number,
  others: ReadonlyMap<string, Child> = new Map(),
): Promise<Measurement> {
  const us = await start(workload, ours, 2, rounds);
  const torch = await start(workload, pytorch, 2, rounds);
  requireSameNetworks(workload, us.last, torch.last, 'PyTorch');
  const started = await startOthers(workload, us, others, rounds);
  await alternate(workload, [us, torch, ...started.values()].filter(isRunner), rounds);
  return {
    workload,
    ratio: rounded(median(torch.medians) / median(us.medians)),
    ratioSpread: spread(us.medians.map((time, round) => torch.medians[round]! / time)),
    fastestRatio: rounded(Math.min(...torch.medians) / Math.min(...us.medians)),
    rounds,
    iterationsPerRound: { ours: us.iterations, pytorch: torch.iterations },
    ours: spread(us.medians),
    pytorch: spread(torch.medians),
    compileSeconds: rounded(us.last.compileSeconds ?? 0),
    peakMegabytes: {
      ours: rounded(us.last.peakMegabytes ?? 0),
      pytorch: rounded(torch.last.peakMegabytes ?? 0),
    },
    parameters: us.last.parameters,
    others: describeOthers(started, us),
  };
}

/** The same without PyTorch, as in a browser: `ratio` is the fastest other engine's time divided by ours. */
export interface PageMeasurement {
  workload: string;
  ratio?: number;
  rounds: number;
  iterationsPerRound: number;
  ours: Spread;
  compileSeconds: number;
  parameters: Record<string, number>;
  others: readonly OtherEngine[];
}

/** Times our engine and further ones in turn. */
export async function measureAlone(
  workload: string,
  ours: Child,
  rounds: number,
  engines: ReadonlyMap<string, Child>,
): Promise<PageMeasurement> {
  const us = await start(workload, ours, 2, rounds);
  const started = await startOthers(workload, us, engines, rounds);
  await alternate(workload, [us, ...started.values()].filter(isRunner), rounds);
  const others = describeOthers(started, us);
  const ratios = others.flatMap((other) => ('ratio' in other ? [other.ratio] : []));
  return {
    workload,
    ...(ratios.length > 0 ? { ratio: Math.min(...ratios) } : {}),
    rounds: us.rounds,
    iterationsPerRound: us.iterations,
    ours: spread(us.medians),
    compileSeconds: rounded(us.last.compileSeconds ?? 0),
    parameters: us.last.parameters,
    others,
  };
}

/** Further engines that got through a first request; of the rest, why they did not. */
async function startOthers(
  workload: string,
  us: Runner,
  others: ReadonlyMap<string, Child>,
  rounds: number,
): Promise<Map<string, Runner | string>> {
  const started = new Map<string, Runner | string>();
  for (const [engine, child] of others) {
    try {
      const runner = await start(workload, child, 1, rounds);
      requireSameNetworks(workload, us.last, runner.last, engine);
      started.set(engine, runner);
    } catch (problem) {
      started.set(engine, (problem as Error).message);
    }
  }
  return started;
}

const isRunner = (started: Runner | string): started is Runner => typeof started !== 'string';

const describeOthers = (started: ReadonlyMap<string, Runner | string>, us: Runner): OtherEngine[] =>
  [...started].map(([engine, runner]) => ({
    engine,
    ...(isRunner(runner) ? timed(runner, us) : { reason: runner }),
  }));

async function alternate(workload: string, runners: readonly Runner[], rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (const runner of round % 2 === 0 ? runners : runners.toReversed()) {
      if (runner.medians.length === runner.rounds) continue;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
      runner.last = await runner.child.time(workload, runner.iterations);
      runner.medians.push(median(runner.last.milliseconds));
    }
  }
}

/** A short first request, after which the number of iterations in a round is known. */
async function start(workload: string, child: Child, iterations: number, rounds: number): Promise<Runner> {
  const last = await child.time(workload, iterations);
  const { turns = 1 } = last;
  const fastest = Math.min(...last.milliseconds);
  const slow = fastest > SLOW_MILLISECONDS;
  const fitting = Math.round(ROUND_MILLISECONDS / (fastest * turns));
  return {
    child,
    // Of several turns one call is enough.
    iterations: slow ? 1 : Math.min(MOST_ITERATIONS, Math.max(turns > 1 ? 1 : 2, fitting)),
    rounds: slow ? Math.max(1, Math.min(rounds, Math.floor(SLOW_LIMIT_MILLISECONDS / fastest))) : rounds,
    medians: [],
    last,
  };
}

function timed({ medians, rounds, iterations, last }: Runner, us: Runner): TimedEngine {
  const { compileSeconds, peakMegabytes, note } = last;
  return {
    ratio: rounded(median(medians) / median(us.medians)),
    milliseconds: spread(medians),
    rounds,
    iterationsPerRound: iterations,
    ...(compileSeconds === undefined ? {} : { compileSeconds: rounded(compileSeconds) }),
    ...(peakMegabytes === undefined ? {} : { peakMegabytes: rounded(peakMegabytes) }),
    ...(note === undefined ? {} : { note }),
  };
}

function requireSameNetworks(workload: string, ours: Timing, theirs: Timing, engine: string): void {
  for (const network of new Set([...Object.keys(ours.parameters), ...Object.keys(theirs.parameters)])) {
    const [here, there] = [ours.parameters[network], theirs.parameters[network]];
    if (here === there) continue;
    throw new Error(
      `${workload}: ${network} has ${here} parameters here and ${there} in ${engine}; compare like with like`,
    );
  }
}
