import { type BuiltGan, buildGan } from '../../src/gan/build.ts';
import { learningRateInput } from '../../src/gan/names.ts';
import { leafName } from '../../src/graph/ops/leaf.ts';
import { leavesOf } from '../../src/graph/program.ts';
import { sizeOf } from '../../src/graph/shape.ts';
import type { CompiledProgram, CompileOptions, Executor, States } from '../../src/runtime/executor.ts';
import type { System } from './system.ts';

/** Values of random inputs and data by the names our programs give them. */
export type Inputs = Readonly<Record<string, Float32Array | Float64Array | Int32Array>>;

export type Part = 'step' | 'accumulate' | 'update';

/** The phases of a system, run by hand on given inputs. */
export interface Runner {
  built: BuiltGan;
  states: States;
  /** One call of one program; its updates stand. Returns the reported scalars. */
  run(phase: string, part: Part, inputs?: Inputs): Promise<Record<string, number>>;
  release(): Promise<void>;
}

/** Compiles the programs asked for. States the system keeps must be written by the caller; sums of gradients begin at zero. */
export async function startRunner(
  { gan, config, data }: System,
  executor: Executor,
  {
    parts,
    accumulate = 1,
    lr = 0,
    criticLr = lr,
    ...options
  }: CompileOptions & { parts: readonly Part[]; accumulate?: number; lr?: number; criticLr?: number },
): Promise<Runner> {
  const built = buildGan(gan, config, data, { accumulate });
  const states = executor.createStates();
  const compiled = new Map<string, CompiledProgram>();
  for (const phase of built.phases) {
    for (const part of parts)
      compiled.set(`${phase.name}/${part}`, await executor.compile(phase[part], options));
  }
  for (const { program } of compiled.values()) {
    for (const leaf of leavesOf(program).states) {
      if (!leafName(leaf).startsWith('gradient/')) continue;
      states.write(leafName(leaf), leaf.shape, new Float32Array(sizeOf(leaf.shape)));
    }
  }
  const rates = {
    [learningRateInput('G')]: Float64Array.of(lr),
    [learningRateInput('M')]: Float64Array.of(lr),
    [learningRateInput('D')]: Float64Array.of(criticLr),
  };
  return {
    built,
    states,
    async run(phase, part, inputs = {}) {
      const program = compiled.get(`${phase}/${part}`)!;
      const given: Inputs = { ...inputs, ...rates };
      const wanted = leavesOf(program.program).inputs.map(leafName);
      const feeds = Object.fromEntries(wanted.map((name) => [name, given[name]!]));
      const { outputs, commit } = await program.run(feeds, states);
      commit();
      return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, Number(value[0])]));
    },
    async release() {
      for (const program of compiled.values()) await program.release();
    },
  };
}

/** Fills every state a system keeps: from `given` by name, else with a fresh optimizer's and statistics' beginnings. */
export function writeStates(
  { built, states }: Runner,
  given: ReadonlyMap<string, Float32Array | Float64Array>,
): void {
  const params = [...built.params.values()].flat();
  for (const [name, { shape, init }] of built.specs) {
    const values = given.get(name);
    if (!values && params.includes(name)) throw new Error(`no value for the parameter '${name}'`);
    states.write(name, shape, values ?? init(neverDrawn, shape));
  }
  const unknown = [...given.keys()].filter((name) => !built.specs.has(name));
  if (unknown.length > 0)
    throw new Error(`values for tensors the system does not have: ${unknown.join(', ')}`);
}

/** Optimizer slots and statistics begin at constants, so no stream is asked. */
const neverDrawn = undefined as never;
