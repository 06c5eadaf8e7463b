import type { Timing } from './child.ts';

/** Something to be timed, ready to run. */
export interface Workload {
  iterate(): Promise<void>;
  /** Iterations of training that one call is, where phases do not come in every one: times are divided by it. Default 1. */
  turns?: number;
  /** Learned numbers of each network, to be compared with PyTorch's. */
  parameters: Record<string, number>;
  /** From the declaration to programs that can run, where something is compiled. */
  compileSeconds?: number;
  /** It has run before, so it needs no warm-up. */
  warm?: boolean;
  /** What a reader of the figures should know. */
  note?: string;
}

export const THREADS = 2;

/** What our side can be run on, and what it can compute products in. */
export const PROVIDERS = { node: ['cpu', 'webgpu'], browser: ['wasm', 'webgpu'] } as const;

/** @throws Error when a value is not among those an option takes. */
export function oneOf<T extends string>(option: string, value: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw new Error(`${option} takes ${choices.join(' or ')}, not ${value}`);
  return found;
}

const WARM_UP = 2;
/** Times iterations of workloads, which are built when first asked for; two iterations are warm-up. */
export function createTimer(
  make: Readonly<Record<string, () => Promise<Workload>>>,
): (name: string, iterations: number) => Promise<Timing> {
  const built = new Map<string, Workload>();
  return async (name, iterations) => {
    if (!Object.hasOwn(make, name)) {
      throw new Error(`unknown workload '${name}'; there are: versions, ${Object.keys(make).join(', ')}`);
    }
    const workload = built.get(name) ?? (await warmedUp(await make[name]!()));
    built.set(name, workload);
    const milliseconds: number[] = [];
    for (let i = 0; i < iterations; i++) milliseconds.push(await timed(workload));
    const { iterate: _, warm: __, ...rest } = workload;
    return { milliseconds, ...rest };
  };
}

async function warmedUp(workload: Workload): Promise<Workload> {
  const calls = (workload.turns ?? 1) > 1 ? 1 : WARM_UP;
  for (let i = 0; i < calls && !workload.warm; i++) await workload.iterate();
  return workload;
}

async function timed(workload: Workload): Promise<number> {
  const start = performance.now();
  await workload.iterate();
  return (performance.now() - start) / (workload.turns ?? 1);
}

/** The same for each entry of a table. */
export const mapEntries = <A, B>(table: Readonly<Record<string, A>>, f: (entry: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(table).map(([name, entry]) => [name, f(entry)]));
