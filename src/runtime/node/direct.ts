import type { Program } from '../../graph/program.ts';
import { OPEN, type Shape, sizeOf } from '../../graph/shape.ts';
import type { DType } from '../../graph/tensor.ts';
import type { Port } from '../../onnx/graph.ts';
import { type EncodedModel, encodeModel } from '../../onnx/model.ts';
import { createExecutor, type Prepared } from '../backend.ts';
import type { CompileOptions, Executor } from '../executor.ts';
import { asNumbers, asTensorData } from '../session.ts';
import { addresses } from './api.ts';
import { type Engine, openEngine, type Plan } from './engine.ts';
import type { Library } from './library.ts';
import { allocate, openValues, type Value, type Values } from './values.ts';

/**
 * An executor on ONNX Runtime's C interface. States and their next values lie in memory that the library reads and writes
 * in place: a committed step changes which of the two is which, and copies nothing.
 * @param profiled prepares the programs that are to be profiled.
 * @throws Error when the library refuses to be set up.
 */
export function createDirectExecutor(
  library: Library,
  profiled: (program: Program, options: CompileOptions) => Promise<Prepared<Value>>,
  plan: Plan = 'quick',
): Executor {
  const engine = openEngine(library, plan);
  const values = openValues(engine);
  return createExecutor<Value>({
    name: 'onnxruntime-node',
    profiles: true,
    prepare: async (program, options) =>
      options.profile
        ? profiled(program, options)
        : prepare(engine, values, encodeModel(program, options), options.threads),
    hold: (data, shape, dtype) => ({ dtype, shape, data: asTensorData(data, dtype) }),
    shapeOf: ({ shape }) => shape,
    dataOf: ({ data }) => asNumbers(data),
  });
}

/** Results up to this many elements are copied out of memory that stays bound; for larger ones binding anew is cheaper. */
const FEW = 1024;

function prepare(
  engine: Engine,
  values: Values,
  model: EncodedModel,
  threads: number | undefined,
): Prepared<Value> {
  const { api } = engine;
  const { inputs, states, outputs, updates } = model;
  const exposed = model.exposed.map(({ name, tensor: { shape, dtype } }) => ({ name, shape, dtype }));
  const results = [...outputs, ...exposed];
  const session = engine.createSession(model.bytes, threads);

  const inputNames = api.names([...inputs, ...states].map(({ name }) => name));
  const outputNames = api.names([...results, ...updates].map(({ name }) => name));
  const [inputCount, outputCount] = [inputs.length + states.length, results.length + updates.length];
  // Handles of what the next run reads and writes, in the order of the names.
  const reads = addresses(inputCount);
  const writes = addresses(outputCount);
  const open = inputs.find(({ shape }) => shape[0] === OPEN);
  let room = makeRoom(inputs, results, undefined);
  /** Memory that held a state before the last committed step, to be written by the next. */
  const spares = new Map<string, Value | undefined>();

  return {
    exposed: model.exposed.map(({ tensor }) => tensor),
    async run(leaf) {
      const size = open && leaf(open.key).shape[0];
      if (size !== room.batch) {
        for (const value of room.values) values.unbind(value);
        room = makeRoom(inputs, results, size);
      }
      const { feeds, fixed } = room;
      inputs.forEach(({ key }, i) => {
        copyInto(feeds[i]!, leaf(key));
        reads[i] = values.bind(feeds[i]!);
      });
      states.forEach(({ key }, i) => {
        reads[inputs.length + i] = values.bind(leaf(key));
      });
      const written = results.map(({ dtype, shape }, i) => fixed[i] ?? allocate(dtype, sized(shape, size)));
      const next = updates.map(({ key, dtype, shape }) => take(spares, key) ?? allocate(dtype, shape));
      written.forEach((value, i) => {
        writes[i] = values.bind(value);
      });
      next.forEach((value, i) => {
        writes[written.length + i] = values.bind(value);
      });
      api.call('Run', session, null, inputNames, reads, inputCount, outputNames, outputCount, writes);
      const found = written.map((value, i) => {
        if (fixed[i]) return copyOf(value);
        values.unbind(value);
        return value;
      });
      return {
        outputs: byKey(outputs, found),
        updates: byKey(updates, next),
        exposed: found.slice(outputs.length),
      };
    },
    recycle: (name, replaced) => spares.set(name, replaced),
    async release() {
      for (const value of [...room.values, ...spares.values()]) if (value) values.unbind(value);
      engine.releaseSession(session);
    },
  };
}

type Place = Readonly<{ dtype: DType; shape: Shape }>;

/** Memory that stays bound from run to run, for one batch size: of all inputs, and of results with few elements. */
function makeRoom(inputs: readonly Place[], results: readonly Place[], batch: number | undefined) {
  const feeds = inputs.map(({ dtype, shape }) => allocate(dtype, sized(shape, batch ?? 1)));
  const fixed = results.map(({ dtype, shape }) =>
    Math.abs(sizeOf(shape)) * (batch ?? 1) <= FEW ? allocate(dtype, sized(shape, batch ?? 1)) : undefined,
  );
  return { batch, feeds, fixed, values: [...feeds, ...fixed.filter((value) => value !== undefined)] };
}

const sized = (shape: Shape, batch: number | undefined): Shape =>
  shape.map((size) => (size === OPEN ? batch! : size));

/** What is fed may change or move while it is in use elsewhere, so the library sees a copy. */
function copyInto({ data }: Value, { data: fed }: Value): void {
  if (data instanceof BigInt64Array) data.set(fed as BigInt64Array);
  else data.set(fed as Exclude<typeof fed, BigInt64Array>);
}

const copyOf = ({ dtype, shape, data }: Value): Value => ({ dtype, shape, data: data.slice() });

/** The entry stays, empty: a map whose entries come and go at every step builds its table anew again and again. */
function take(spares: Map<string, Value | undefined>, name: string): Value | undefined {
  const spare = spares.get(name);
  spares.set(name, undefined);
  return spare;
}

/** The first values by the keys of their ports. */
function byKey(ports: readonly Port[], values: readonly Value[]): ReadonlyMap<string, Value> {
  const found = new Map<string, Value>();
  ports.forEach(({ key }, i) => {
    found.set(key, values[i]!);
  });
  return found;
}
