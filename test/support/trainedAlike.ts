import fc from 'fast-check';
import { expect } from 'vitest';
import { randomStream } from '../../src/base/random.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import type { BuiltGan } from '../../src/gan/build.ts';
import { sizeOf } from '../../src/graph/shape.ts';
import { distance, formsUnder, lastForms } from '../../src/runtime/agreement.testing.ts';
import type { CompileOptions, Executor } from '../../src/runtime/executor.ts';
import { interpreterExecutor } from '../../src/runtime/interpreter.ts';
import { nodeExecutor } from '../../src/runtime/node.ts';
import { initializeStates } from '../../src/train/feeds.ts';
import { preparePhase } from '../../src/train/phase.ts';
import { ganOf, recipes } from './randomGans.ts';

const ITERATIONS = 2;

/** Tensors whose numbers move by less, while rates let others move a hundred times as far, count as if by this much. */
const STILL = 1e-4;

/** Examples in [-1, 1], drawn anew from the places asked for. */
function randomData({ data }: BuiltGan): Dataset {
  const size = sizeOf(data.shape);
  const row = (at: number) => randomStream(1, 'example', at).fillUniform(new Float32Array(size), -1, 1);
  return {
    ...data,
    name: 'random',
    fingerprint: '',
    count: 32,
    read: (indices) => ({
      real: Float32Array.from(Array.from(indices, (at) => [...row(at)]).flat()),
      labels: new Int32Array(indices.length),
    }),
  };
}

type Values = ReadonlyMap<string, ArrayLike<number>>;

/** Every parameter and running statistic before and after training for a few iterations. */
async function train(built: BuiltGan, accumulate: number, executor: Executor, options: CompileOptions) {
  const states = executor.createStates();
  initializeStates(states, built.specs, 1);
  const read = (): Values =>
    new Map(
      [...built.specs.keys()].filter((name) => /^[GD]\//.test(name)).map((name) => [name, states.read(name)]),
    );
  const before = read();
  const compile = { threads: 1, ...options };
  const settings = { executor, data: randomData(built), seed: 1, accumulate, compile };
  for (const phase of built.phases) {
    const runner = await preparePhase(built, phase, settings);
    for (let step = 0; step < ITERATIONS; step++)
      await runner.iterate({ step, images: step * built.batch }, states);
    await runner.release();
  }
  return { before, after: read() };
}

/** The largest distance of a tensor to where it should have got, in parts of how far it should have moved. */
function largestError(actual: Values, { before, after }: { before: Values; after: Values }) {
  const moves = new Map([...after].map(([name, values]) => [name, distance(values, before.get(name)!)]));
  const count = [...after.values()].reduce((sum, { length }) => sum + length, 0);
  const typical = Math.hypot(...moves.values()) / Math.sqrt(count);
  const errors = [...after].map(([name, values]) => {
    // Where all gradients cancel, as those of a bias before a normalisation do, what moves is rounding.
    const move = Math.max(moves.get(name)!, Math.max(typical, STILL) * Math.sqrt(values.length));
    return { name, error: distance(actual.get(name)!, values) / move };
  });
  return errors.reduce((most, one) => (one.error > most.error ? one : most));
}

/**
 * Parts of a move. Simplified or not, float64 gives the same to 1e-14. In float32, two steps of a penalised critic with
 * normalisations come out to some 1e-5, the worst of these networks to 2e-4, whatever the forms; a form or a pass that is
 * wrong errs by parts of the whole.
 */
const [FLOAT64, FLOAT32] = [1e-9, 2e-3];

const off = { identities: false, fold: false, share: false };

/** Asserts that random small GANs train alike with passes and forms of operations on as with them off. */
export async function assertTrainedAlike({
  seed,
  networks,
}: {
  seed: number;
  networks: number;
}): Promise<void> {
  await fc.assert(
    fc.asyncProperty(recipes, async (recipe) => {
      const built = ganOf(recipe);
      const { accumulate } = recipe;
      const expected = await train(built, accumulate, interpreterExecutor, { simplify: off });
      const check = async (what: string, executor: Executor, options: CompileOptions, tolerance: number) => {
        const { after } = await train(built, accumulate, executor, options);
        const { name, error } = largestError(after, expected);
        expect(error, `${name} after training with ${what}`).toBeLessThan(tolerance);
      };
      await check('simplification in float64', interpreterExecutor, {}, FLOAT64);
      await check('defaults', nodeExecutor, {}, FLOAT32);
      await check('all off', nodeExecutor, { simplify: off, lowerings: lastForms }, FLOAT32);
      const roots = built.phases.flatMap(({ step }) => [...step.outputs.values(), ...step.updates.values()]);
      for (const form of formsUnder(roots)) {
        await check(`${form} forms`, nodeExecutor, { lowerings: () => form }, FLOAT32);
      }
    }),
    { seed, numRuns: networks },
  );
}
