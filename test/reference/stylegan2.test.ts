import { expect, it } from 'vitest';
import { resolveConfig } from '../../src/gan/config.ts';
import type { AnyGan } from '../../src/gan/defineGan.ts';
import { buildSampler } from '../../src/gan/sampler.ts';
import { interpret } from '../../src/graph/interpreter.ts';
import { interpreterExecutor } from '../../src/runtime/interpreter.ts';
import { stylegan2, stylegan2Ada } from '../../src/zoo/index.ts';
import { relativeError, worst } from './compare.ts';
import { type Fixture, readFixture } from './fixture.ts';
import { type Inputs, type Runner, startRunner, writeStates } from './runner.ts';

/* Whole training iterations of StyleGAN2 and StyleGAN2-ADA, lazy penalties, augmentations and all, against PyTorch in float64. */

const TOLERANCE = 1e-9;

/** A system at the small width of its fixture. */
function settingsOf(gan: AnyGan, name: string) {
  const fixture = readFixture(name);
  const { image, steps, psi, classes, ...settings } = fixture.settings as unknown as Settings;
  const data = { kind: 'images' as const, shape: image, classes: ['a', 'b', 'c'].slice(0, classes ?? 0) };
  const own = { ...settings, average: 0 } as Record<string, unknown>;
  for (const key of ['fixture', 'torch']) delete own[key];
  const config = resolveConfig(gan, { preset: '256', ...own }, data);
  return { gan, config, data, fixture, steps, psi, settings };
}

type Settings = Record<string, number> & { image: number[]; steps: number };

/** The stored inputs of a phase at a step, by our names. */
function inputsOf({ tensors }: Fixture, phase: string, step: number): Inputs {
  const found: [string, Inputs[string]][] = [];
  for (const [key, { shape, data }] of tensors) {
    if (!key.startsWith('input/') || !key.endsWith(`/${phase}`)) continue;
    const name = key.slice('input/'.length, -`/${phase}`.length);
    const size = data.length / shape[0]!;
    const values = data.slice(step * size, (step + 1) * size);
    if (name === 'label') found.push([name, Int32Array.from(values)]);
    else found.push([name.startsWith('G/') ? `${name}#0` : name, values]);
  }
  const pixels = tensors.get('pixels')?.data;
  if (pixels) for (const call of [0, 1]) found.push([`D/augment/pixels/normal#${call}`, pixels]);
  return Object.fromEntries(found);
}

const named = (fixture: Fixture, prefix: string): Map<string, Float64Array> =>
  new Map([...fixture.under(prefix)].map(([name, { data }]) => [name, data]));

async function start({ fixture, settings, ...system }: ReturnType<typeof settingsOf>): Promise<Runner> {
  const lr = (settings.lr! * settings.pathEvery!) / (settings.pathEvery! + 1);
  const runner = await startRunner(system, interpreterExecutor, { parts: ['step'], lr });
  writeStates(runner, named(fixture, 'init/'));
  return runner;
}

it.each([
  ['stylegan2', stylegan2],
  ['stylegan2-ada', stylegan2Ada],
  ['stylegan2-ada-conditional', stylegan2Ada],
])(
  '%s, two iterations: every loss, gradient norm, parameter and running mean',
  {
    timeout: 60_000,
  },
  async (name, gan) => {
    const system = settingsOf(gan, name);
    const { fixture, steps } = system;
    const runner = await start(system);
    const history = new Map<string, number[]>();
    for (let step = 0; step < steps; step++) {
      for (const { name, every } of runner.built.phases) {
        if (step % every !== 0) continue;
        const reported = await runner.run(name, 'step', inputsOf(fixture, name, step));
        for (const [term, value] of Object.entries(reported)) {
          const series = `${name}/${term}`;
          history.set(series, [...(history.get(series) ?? []), value]);
        }
      }
    }
    const errors = new Map<string, number>();
    for (const [series, values] of named(fixture, 'history/'))
      errors.set(series, relativeError(Float64Array.from(history.get(series)!), values));
    for (const [name, values] of named(fixture, 'final/'))
      errors.set(name, relativeError(runner.states.read(name), values));
    expect(runner.built.phases.map(({ name }) => name)).toEqual([
      'critic',
      'critic-penalty',
      'generator',
      'path-length',
    ]);
    expect(errors.size).toBe(named(fixture, 'history/').size + named(fixture, 'final/').size);
    expect(worst(errors).error, worst(errors).name).toBeLessThan(TOLERANCE);
  },
);

it('samples with truncated first layers and constant noise', () => {
  const { config, data, fixture, settings, psi } = settingsOf(stylegan2, 'stylegan2');
  const { program, controls } = buildSampler(stylegan2, config, data, {
    batch: settings.batch!,
    averaged: false,
  });
  const given = (name: string): ArrayLike<number> | undefined => {
    if (name === 'psi') return [psi!];
    if (name === 'z') return fixture.get('sample/z').data;
    return (fixture.tensors.get(`final/${name}`) ?? fixture.tensors.get(`init/${name}`))?.data;
  };
  const [samples] = interpret([program.outputs.get('samples')!])(given);
  expect(relativeError(samples!, fixture.get('sample/images').data)).toBeLessThan(TOLERANCE);
  expect(controls.psi).toMatchObject({ default: 1 });
});
