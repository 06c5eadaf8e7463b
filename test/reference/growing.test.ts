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
import { progan } from '../../src/zoo/index.ts';
import { relativeError, worst } from './compare.ts';
import { type Fixture, readFixture } from './fixture.ts';

const TOLERANCE = 1e-9;

/** What the fixtures say of a run that grows. */
interface GrowingSettings {
  image: [number, number, number];
  first: number;
  latent: number;
  width: number;
  widest: number;
  batches: number[];
  batch: number;
  stableImages: number;
  fadeImages: number;
  steps: number;
  adam: { lr: number; b1: number; b2: number };
}

const systems: Record<string, { gan: AnyGan; own(settings: GrowingSettings): Record<string, unknown> }> = {
  progan: { gan: progan, own: () => ({ lambda: 10, drift: 1e-3 }) },
};

/** Rows of the stored images. */
function pictures(fixture: Fixture, rows: Float64Array): Float64Array {
  const { shape, data } = fixture.get('images');
  const size = data.length / shape[0]!;
  return Float64Array.from({ length: rows.length * size }, (_, i) => {
    return data[rows[Math.floor(i / size)]! * size + (i % size)]!;
  });
}

describe.each(Object.keys(systems))('a growing run of %s equals PyTorch in float64', (name) => {
  const fixture = readFixture(name);
  const settings = fixture.settings as unknown as GrowingSettings;
  const { gan, own } = systems[name]!;
  const data = { kind: 'images', shape: settings.image, classes: [] } as const;
  const { latent, width, widest, batches, batch, stableImages, fadeImages, adam } = settings;
  const config = resolveConfig(
    gan,
    {
      ...{
        latent,
        width,
        widest,
        batches,
        batch,
        stableImages,
        fadeImages,
        lr: adam.lr,
        b1: adam.b1,
        b2: adam.b2,
      },
      average: 0,
      ...own(settings),
    },
    data,
  );
  const plan = planStages(gan, config, data, 1);

  test('every loss and parameter, through fades and restarts of the optimizers', async () => {
    const states = interpreterExecutor.createStates();
    const errors = new Map<string, number>();
    const levels: number[] = [];
    let stage: StageSpan | undefined;
    let built = buildGan(gan, plan.spans[0]!.config, data);
    const compare = (names: Iterable<string>) => {
      for (const name of names) {
        const expected = fixture.tensors.get(`final/${name}`);
        if (expected) errors.set(name, relativeError(states.read(name), expected.data));
      }
    };

    for (let step = 0; step < settings.steps; step++) {
      const span = plan.at(step);
      if (span !== stage) {
        stage = span;
        built = buildGan(gan, span.config, data);
        const before = states.names();
        compare(before.filter((name) => !built.specs.has(name)));
        enterStage(states, span, built.specs, 0);
        for (const name of states.names().filter((name) => !before.includes(name))) {
          const given = fixture.tensors.get(`init/${name}`);
          if (given) states.write(name, given.shape, given.data);
        }
      }
      const progress = { step, images: plan.imagesAt(step) };
      for (const phase of built.phases) {
        const rates = ratesOf(built, phase, 1)(progress);
        const fade = rates[scheduleInput('fade')];
        if (phase.name === 'critic')
          levels.push(Math.log2(data.shape[1] / Number(span.settings.resolution)) + 1 - (fade?.[0] ?? 1));
        const critic = phase.name === 'critic';
        const given: Record<string, Float64Array | Float32Array> = {
          ...(rates as Record<string, Float32Array>),
          // Not rounded to float32.
          'lr/G': Float64Array.of(adam.lr),
          'lr/D': Float64Array.of(adam.lr),
          [scheduleInput('fade')]: Float64Array.of(1 - (fixture.get(`level/${step}`).data[0]! % 1)),
          z: fixture.get(`z/${phase.name}/${step}`).data,
          mix: fixture.get(`mix/${step}`).data,
          ...(critic ? { real: pictures(fixture, fixture.get(`real/${step}`).data) } : {}),
        };
        const wanted = leavesOf(phase.step).inputs.map(leafName);
        const compiled = await interpreterExecutor.compile(phase.step);
        const feeds = Object.fromEntries(wanted.map((name) => [name, given[name]!]));
        const { outputs, commit } = await compiled.run(feeds, states);
        commit();
        const losses = fixture.get(critic ? 'loss/D' : 'loss/G').data;
        errors.set(`loss of ${phase.name} in step ${step}`, relativeError(outputs.loss!, [losses[step]!]));
      }
    }
    compare(states.names());
    levels.forEach((level, step) => {
      expect(level).toBeCloseTo(fixture.get(`level/${step}`).data[0]!, 6);
    });
    // Every parameter was there at some time.
    for (const name of fixture.under('final/').keys()) expect(errors.keys()).toContain(name);
    expect(worst(errors).error, worst(errors).name).toBeLessThan(TOLERANCE);
  });
});
