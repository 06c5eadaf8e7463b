import { leafName } from '../graph/ops/leaf.ts';
import { leavesOf, type Program } from '../graph/program.ts';
import { sizeOf } from '../graph/shape.ts';
import type { DType } from '../graph/tensor.ts';
import { type Choices, chosenBy } from './choices.ts';
import type { CompiledProgram, Executor, Numbers } from './executor.ts';

export interface TimingOptions {
  /** Threads of the runtime. Default: as the executor chooses. */
  threads?: number;
  /** Moment of `performance.now()` after which no further run begins. */
  deadline?: number;
}

/**
 * What took so many times as long as the fastest in its first run is not worth another, unless the difference is so
 * small that the machine's other business may have made it.
 */
const HOPELESS = 2;
const HICCUP_MILLISECONDS = 10;

/** Runs that count: a few, and more of what is quick, as long as all together take no longer than this. */
export const LEAST_ROUNDS = 3;
const MOST_ROUNDS = 8;
const ROUNDS_MILLISECONDS = 40;

/**
 * How long a program without states takes when written by each of some choices, in milliseconds: the fastest of a few
 * runs, taken in turn, after one to warm up, which is all that is made of the hopeless. What the runtime refuses takes
 * forever.
 *
 * @returns undefined when the deadline came before every choice worth it had a run that counts.
 */
export async function timeChoices(
  executor: Executor,
  program: Program,
  choices: readonly Choices[],
  { threads, deadline = Number.POSITIVE_INFINITY }: TimingOptions = {},
): Promise<number[] | undefined> {
  const isLate = () => performance.now() >= deadline;
  const feeds = Object.fromEntries(
    leavesOf(program).inputs.map((leaf) => [leafName(leaf), someNumbers(sizeOf(leaf.shape), leaf.dtype)]),
  );
  const states = executor.createStates();
  const once = async (compiled: CompiledProgram): Promise<number> => {
    const start = performance.now();
    await compiled.run(feeds, states);
    return performance.now() - start;
  };

  const candidates: { compiled: CompiledProgram | undefined; warmUp: number; times: number[] }[] = [];
  try {
    for (const choice of choices) {
      if (isLate()) return undefined;
      const options = { lowerings: chosenBy(choice), ...(threads === undefined ? {} : { threads }) };
      const compiled = await executor.compile(program, options).catch(() => undefined);
      const candidate = { compiled, warmUp: Number.POSITIVE_INFINITY, times: [] };
      candidates.push(candidate);
      if (compiled) candidate.warmUp = await once(compiled).catch(() => Number.POSITIVE_INFINITY);
    }
    const fastest = Math.min(...candidates.map(({ warmUp }) => warmUp));
    const limit = Math.max(HOPELESS * fastest, fastest + HICCUP_MILLISECONDS);
    const hopeful = candidates.filter(({ warmUp }) => Number.isFinite(warmUp) && warmUp <= limit);
    const began = performance.now();
    for (let round = 0; round < MOST_ROUNDS && hopeful.length > 1; round++) {
      const isEnough = round >= LEAST_ROUNDS && performance.now() - began >= ROUNDS_MILLISECONDS;
      if (isEnough || (round > 0 && isLate())) break;
      for (const { compiled, times } of hopeful) {
        if (round === 0 && isLate()) return undefined;
        times.push(await once(compiled!));
      }
    }
  } finally {
    await Promise.all(candidates.map(({ compiled }) => compiled?.release()));
  }
  return candidates.map(({ warmUp, times }) => (times.length > 0 ? Math.min(...times) : warmUp));
}

/** Floats between -0.5 and 0.5, as zeros and denormal numbers may take another time; all else is zero, a valid index. */
function someNumbers(size: number, dtype: DType): Numbers {
  if (dtype === 'int32') return new Int32Array(size);
  if (dtype === 'int64') return new Float64Array(size);
  if (dtype === 'bool') return new Uint8Array(size);
  const numbers = new Float32Array(size);
  for (let i = 0; i < size; i++) numbers[i] = ((i * 7919) % 1000) / 1000 - 0.4995;
  return numbers;
}
