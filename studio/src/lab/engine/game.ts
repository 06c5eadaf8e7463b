import { type AnyGan, compileProbes, type Probes, resolveConfig, train } from 'gansmith';
import type { Dataset } from 'gansmith/data';
import { zoo } from 'gansmith/zoo';
import { measure } from './measure.ts';
import { openData, openExecutor } from './open.ts';
import type { Measure, Setup, Snapshot } from './protocol.ts';
import type { Game } from './serve.ts';
import { createTurns, nextOf, TRAINED } from './turns.ts';

/** Steps between measurements of what the generator covers. */
const MEASURE_EVERY = 25;
/** Steps between the doctor's looks at samples, and how many it looks at: as many as it takes to miss a mode. */
const EXAMINE_EVERY = 100;
const EXAMINED = 500;

/** Opens a game on the same declaration and the same loop as the command line. */
export async function openGame(setup: Setup): Promise<Game<Omit<Snapshot, 'running' | 'rate'>>> {
  const gan = findGan(setup.gan);
  const data = openData(setup.data);
  const executor = await openExecutor(setup.executor);
  const config = resolveConfig(gan, setup.settings, data);
  const states = executor.createStates();
  const turns = createTurns();
  const events = train({
    gan,
    config,
    data,
    executor,
    states,
    seed: setup.seed,
    trains: () => TRAINED[turns.player()],
    threads: 1,
    sampleEvery: Number.POSITIVE_INFINITY,
    checkpointEvery: Number.POSITIVE_INFINITY,
    sampleCount: 1,
  });
  const probes = await compileProbes({ gan, config, data, executor, rows: 256 });
  const noise = probes.noise(setup.look.samples);
  const real = realExamples(data, setup.look.samples);
  let losses: number[] = [];
  let measures: Measure[] = [];
  let step = 0;
  let sendReal = true;

  const cover = async (probes: Probes) => {
    const generated = await probes.generatorAt(noise, states);
    measures.push({ step, ...measure(generated, real, setup, data.shape[0]!) });
  };
  const attending = setup.attended
    ? await (await import('./attending.ts')).attend({ gan, config, data })
    : undefined;
  attending?.follow(await nextOf(events, 'start'));
  const examine = async () => {
    if (!attending) return;
    const generated = await probes.generatorAt(noise, states);
    await attending.look(step, Float32Array.from(generated.slice(0, EXAMINED * data.shape[0]!)));
  };
  await nextOf(events, 'checkpoint');
  await cover(probes);

  return {
    async step(who) {
      turns.take(who);
      const event = await nextOf(events, 'step');
      const { metrics } = event;
      attending?.follow(event);
      step++;
      losses.push(step, metrics['critic/loss'] ?? Number.NaN, metrics['generator/loss'] ?? Number.NaN);
      if (step % MEASURE_EVERY === 0) await cover(probes);
      if (step % EXAMINE_EVERY === 0) await examine();
    },
    async look() {
      const start = performance.now();
      const generated = Float32Array.from(await probes.generatorAt(noise, states));
      const took = performance.now() - start;
      const { made, pull } = await probes.pull({ step, images: step * config.batch }, states);
      const found = {
        step,
        moves: turns.moves(),
        ...(sendReal ? { real } : {}),
        generated,
        took,
        made: Float32Array.from(made),
        pull: Float32Array.from(pull),
        map: Float32Array.from(await probes.criticAt(setup.look.map, states)),
        net: Float32Array.from(await probes.generatorAt(setup.look.net, states)),
        weights: weightsOf(states, setup.look.weights),
        losses: Float64Array.from(losses),
        measures,
        findings: attending?.findings() ?? [],
      };
      sendReal = false;
      losses = [];
      measures = [];
      return found;
    },
    async end() {
      await Promise.all([events.return(), probes.release()]);
    },
  };
}

function findGan(name: string): AnyGan {
  const found = zoo.find((gan) => gan.name === name);
  if (!found) throw new Error(`there is no system '${name}'`);
  return found;
}

const realExamples = (data: Dataset, count: number): Float32Array =>
  data.read(Array.from({ length: Math.min(count, data.count) }, (_, i) => i)).real;

function weightsOf(
  states: { names(): string[]; read(name: string): ArrayLike<number> },
  beginnings: readonly string[],
): Float32Array {
  const names = states
    .names()
    .filter((name) => name.endsWith('weight') && beginnings.some((start) => name.startsWith(start)));
  return Float32Array.from(names.flatMap((name) => Array.from(states.read(name))));
}
