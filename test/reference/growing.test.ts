import { describe, expect, test } from 'vitest';
import { buildGan } from '../../src/gan/build.ts';
import { resolveConfig } from '../../src/gan/config.ts';
import type { AnyGan } from '../../src/gan/defineGan.ts';
import { scheduleInput } from '../../src/gan/names.ts';
import { leafName } from '../../src/graph/ops/leaf.ts';
import { leavesOf } from '../../src/graph/program.ts';
import { interpreterExecutor } from '../../src/runtime/interpreter.ts';
import { ratesOf } from '../../src/train/phase.ts';
import { enterStage } from '../../src/train/preparedStage.ts';
import { planStages, type StageSpan } from '../../src/train/stages.ts';
import { progan, stylegan } from '../../src/zoo/index.ts';
import { relativeError, worst } from './compare.ts';
import { type Fixture, readFixture } from './fixture.ts';

const TOLERANCE = 1e-9;

/** What the fixtures say of a run that grows. */
interface GrowingSettings {
  image: [number, number, number];
  first: number;
  steps: number;
  adam: { lr: number; b1: number; b2: number };
}

/** A system, and the settings of its fixture that are settings of ours. */
interface Grown {
  gan: AnyGan;
  shared: readonly string[];
}

const common = ['latent', 'width', 'maxWidth', 'batches', 'batch', 'stableImages', 'fadeImages'];
const systems: Record<string, Grown> = {
  progan: { gan: progan, shared: [...common, 'lambda', 'drift'] },
  stylegan: { gan: stylegan, shared: [...common, 'style', 'mapping', 'mappingLr', 'r1'] },
};

/** Rows of the stored images. */
function pictures(fixture: Fixture, rows: Float64Array): Float64Array {
  const { shape, data } = fixture.get('images');
  const size = data.length / shape[0]!;
  return Float64Array.from({ length: rows.length * size }, (_, i) => {
    return data[rows[Math.floor(i / size)]! * size + (i % size)]!;
  });
}

/** The stored inputs of a phase by our names: noise of a layer is drawn inside it, at its only call. */
const inputsOf = (fixture: Fixture, phase: string, step: number): Map<string, Float64Array> =>
  new Map(
    [...fixture.under(`${phase}/${step}/`)].map(([name, { data }]) => {
      const layer = /^noise\/(.*)$/.exec(name)?.[1];
      return [layer ? `G/${layer}/noise/pixels#0` : name, data];
    }),
  );

describe.each(Object.keys(systems))('a growing run of %s equals PyTorch in float64', (name) => {
  const { gan, shared } = systems[name]!;
  const fixture = readFixture(name);
  const settings = fixture.settings as unknown as GrowingSettings & Record<string, unknown>;
  const data = { kind: 'images', shape: settings.image, classes: [] } as const;
  const { lr, b1, b2 } = settings.adam;
  const own = Object.fromEntries(shared.map((key) => [key, settings[key]]));
  const config = resolveConfig(gan, { ...own, lr, b1, b2, average: 0 }, data);
  const plan = planStages(gan, config, data, 1);

  test('every loss and parameter, through fades and restarts of the optimizers', async () => {
    const states = interpreterExecutor.createStates();
    const errors = new Map<string, number>();
    let stage: StageSpan | undefined;
    let built = buildGan(gan, plan.spans[0]!.config, data);
    const compare = (names: Iterable<string>) => {
      for (const name of names) {
        const expected = fixture.tensors.get(`final/${name}`) ?? fixture.tensors.get(`state/${name}`);
        if (expected) errors.set(name, relativeError(states.read(name), expected.data));
      }
    };
    const enter = (span: StageSpan) => {
      stage = span;
      built = buildGan(gan, span.config, data);
      const before = states.names();
      compare(before.filter((name) => !built.specs.has(name)));
      enterStage(states, span, built.specs, 0);
      for (const name of states.names().filter((name) => !before.includes(name))) {
        const given = fixture.tensors.get(`init/${name}`);
        if (given) states.write(name, given.shape, given.data);
      }
    };

    for (let step = 0; step < settings.steps; step++) {
      if (plan.at(step) !== stage) enter(plan.at(step));
      const [level] = fixture.get(`level/${step}`).data;
      for (const phase of built.phases) {
        const rates = ratesOf(built, phase, 1)({ step, images: plan.imagesAt(step) });
        const fade = rates[scheduleInput('fade')]?.[0] ?? 1;
        const { resolution } = stage!.settings as { resolution: number };
        expect(Math.log2(data.shape[1] / resolution) + 1 - fade).toBeCloseTo(level!, 6);
        const given = new Map<string, Float64Array>([
          ...inputsOf(fixture, phase.name, step),
          ['real', pictures(fixture, fixture.get(`real/${step}`).data)],
          // What is rounded to float32 in a run.
          ['lr/D', Float64Array.of(lr)],
          ['lr/G', Float64Array.of(lr)],
          ['lr/M', Float64Array.of(lr)],
          [scheduleInput('fade'), Float64Array.of(1 - (level! % 1))],
        ]);
        const compiled = await interpreterExecutor.compile(phase.step);
        const wanted = leavesOf(phase.step).inputs.map(leafName);
        const feeds = Object.fromEntries(wanted.map((name) => [name, given.get(name)!]));
        const { outputs, commit } = await compiled.run(feeds, states);
        commit();
        const losses = fixture.get(phase.name === 'critic' ? 'loss/D' : 'loss/G').data;
        errors.set(`loss of ${phase.name} in step ${step}`, relativeError(outputs.loss!, [losses[step]!]));
      }
    }
    compare(states.names());
    // Every parameter was there at some time, but for those of images smaller than the first.
    const below = settings.first === 8 ? /4x4.*Image/ : /^$/;
    const expected = [...fixture.under('final/').keys()].filter((name) => !below.test(name));
    expect([...errors.keys()]).toEqual(expect.arrayContaining(expected));
    expect(worst(errors).error, worst(errors).name).toBeLessThan(TOLERANCE);
  });
});
