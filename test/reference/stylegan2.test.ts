import { expect, it } from 'vitest';
import { resolveConfig } from '../../src/gan/config.ts';
import { buildSampler } from '../../src/gan/sampler.ts';
import { interpret } from '../../src/graph/interpreter.ts';
import { interpreterExecutor } from '../../src/runtime/interpreter.ts';
import { stylegan2 } from '../../src/zoo/index.ts';
import { relativeError, worst } from './compare.ts';
import { type Fixture, readFixture } from './fixture.ts';
import { type Inputs, type Runner, startRunner, writeStates } from './runner.ts';

/* Whole training iterations of StyleGAN2, lazy penalties and all, against PyTorch in float64. */

const TOLERANCE = 1e-9;
const fixture = readFixture('stylegan2');
const { image, steps, psi, ...settings } = fixture.settings as unknown as Record<string, number> & {
  image: number[];
  steps: number;
};
const data = { kind: 'images' as const, shape: image, classes: [] };
const own = { ...settings, average: 0 } as Record<string, unknown>;
for (const key of ['fixture', 'torch']) delete own[key];
const config = resolveConfig(stylegan2, { preset: '256', ...own }, data);

/** The stored inputs of a phase at a step, by our names. */
function inputsOf({ tensors }: Fixture, phase: string, step: number): Inputs {
  const found: [string, Float64Array][] = [];
  for (const [key, { shape, data }] of tensors) {
    if (!key.startsWith('input/') || !key.endsWith(`/${phase}`)) continue;
    const name = key.slice('input/'.length, -`/${phase}`.length);
    const size = data.length / shape[0]!;
    const values = data.slice(step * size, (step + 1) * size);
    found.push([name.startsWith('G/') ? `${name}#0` : name, values]);
  }
  return Object.fromEntries(found);
}

const named = (prefix: string): Map<string, Float64Array> =>
  new Map([...fixture.under(prefix)].map(([name, { data }]) => [name, data]));

async function start(): Promise<Runner> {
  const lr = (settings.lr! * settings.pathEvery!) / (settings.pathEvery! + 1);
  const runner = await startRunner({ gan: stylegan2, config, data }, interpreterExecutor, {
    parts: ['step'],
    lr,
  });
  writeStates(runner, named('init/'));
  return runner;
}

it('two iterations: every loss, gradient norm, parameter and running mean', { timeout: 60_000 }, async () => {
  const runner = await start();
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
  for (const [series, values] of named('history/'))
    errors.set(series, relativeError(Float64Array.from(history.get(series)!), values));
  for (const [name, values] of named('final/'))
    errors.set(name, relativeError(runner.states.read(name), values));
  expect(runner.built.phases.map(({ name }) => name)).toEqual([
    'critic',
    'critic-penalty',
    'generator',
    'path-length',
  ]);
  expect(errors.size).toBe(named('history/').size + named('final/').size);
  expect(worst(errors).error, worst(errors).name).toBeLessThan(TOLERANCE);
});

it('samples with truncated first layers and constant noise', () => {
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
