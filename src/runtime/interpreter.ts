import { interpret } from '../graph/interpreter.ts';
import { isConstant, isLeaf } from '../graph/ops/leaf.ts';
import { type Program, simplifyProgram } from '../graph/program.ts';
import type { Shape } from '../graph/shape.ts';
import type { DType } from '../graph/tensor.ts';
import { topologicalOrder } from '../graph/walk.ts';
import { type Backend, createExecutor, type Prepared } from './backend.ts';
import type { CompileOptions, Executor, Numbers } from './executor.ts';

interface Held {
  dtype: DType;
  shape: Shape;
  data: Float64Array;
}

/** Runs programs in float64 on the plain TypeScript evaluation of each operation: slow, exact, and at once. */
const backend: Backend<Held> = {
  name: 'interpreter',
  profiles: false,
  prepare: async (program, options) => prepare(program, options),
  hold: (data, shape, dtype) => ({
    dtype,
    shape,
    data: data instanceof Float64Array ? data : new Float64Array(data),
  }),
  shapeOf: ({ shape }) => shape,
  dataOf: ({ dtype, data }) => asNumbers(data, dtype),
};

export const interpreterExecutor: Executor = createExecutor(backend);

function prepare(program: Program, { expose = false, simplify }: CompileOptions): Prepared<Held> {
  const { outputs, updates } = simplifyProgram(program, simplify);
  const results = [...outputs.values(), ...updates.values()];
  const exposed = expose
    ? topologicalOrder(results).filter((tensor) => !isLeaf(tensor) && !isConstant(tensor))
    : [];
  const roots = [...results, ...exposed];
  const evaluate = interpret(roots);
  const outputNames = [...outputs.keys()];
  const stateNames = [...updates.keys()];
  const firstExposed = results.length;
  // Arrays of states that later values have replaced: the next values are written into them.
  const spares = new Map<string, Float64Array>();
  const takeSpare = (root: number): Float64Array | undefined => {
    const name = stateNames[root - outputNames.length];
    const spare = name === undefined ? undefined : spares.get(name);
    if (spare) spares.delete(name!);
    return spare;
  };
  return {
    exposed,
    async run(leaf) {
      const values = evaluate((name) => leaf(name).data, takeSpare);
      const held = roots.map(({ dtype, shape }, i) => ({ dtype, shape, data: values[i]! }));
      return {
        outputs: new Map(outputNames.map((key, i) => [key, held[i]!])),
        updates: new Map(stateNames.map((key, i) => [key, held[outputNames.length + i]!])),
        exposed: held.slice(firstExposed),
      };
    },
    recycle(name, { data }) {
      spares.set(name, data);
    },
    release: async () => {},
  };
}

function asNumbers(data: Float64Array, dtype: DType): Numbers {
  if (dtype === 'int32') return Int32Array.from(data);
  return dtype === 'bool' ? Uint8Array.from(data) : data;
}
