import { expect, test } from 'vitest';
import type { DataShape } from '../../src/base/dataShape.ts';
import { resolveConfig } from '../../src/gan/config.ts';
import { interpreterExecutor } from '../../src/runtime/interpreter.ts';
import { biggan, sagan } from '../../src/zoo/index.ts';
import { relativeError, worst } from './compare.ts';
import { type Fixture, readFixture, type Stored } from './fixture.ts';
import { type Inputs, startRunner, writeStates } from './runner.ts';

const TOLERANCE = 1e-9;

interface BigSettings {
  image: number[];
  classes: number;
  embedding: number;
  attention: number[];
  latent: number;
  width: number;
  batch: number;
  steps: number;
  orthogonal: number;
  lr: number;
  criticLr: number;
  b1: number;
  b2: number;
}

/** The settings of the zoo's system that a fixture was made with. */
function systemOf(name: string, settings: BigSettings) {
  const { image, classes, embedding, attention, latent, width, batch, orthogonal, b1, b2 } = settings;
  const data: DataShape = {
    kind: 'images',
    shape: image,
    classes: Array.from({ length: classes }, (_, i) => String(i)),
  };
  const shared = { attention, latent, width, batch, b1, b2, average: 0 };
  const own = { ...shared, embedding, orthogonal, deep: name === 'biggan-deep' ? 2 : 0 };
  return name === 'sagan'
    ? { gan: sagan, config: resolveConfig(sagan, shared, data), data }
    : { gan: biggan, config: resolveConfig(biggan, own, data), data };
}

function inputsOf(fixture: Fixture, phase: 'critic' | 'generator', step: number): Inputs {
  const row = ({ shape, data }: Stored) => {
    const size = data.length / shape[0]!;
    return data.slice(step * size, (step + 1) * size);
  };
  const images = fixture.get('images');
  const size = images.data.length / images.shape[0]!;
  const picked = [...row(fixture.get('real/critic'))].flatMap((image) => [
    ...images.data.subarray(image * size, (image + 1) * size),
  ]);
  return {
    z: row(fixture.get(`z/${phase}`)),
    label: Int32Array.from(row(fixture.get(`label/${phase}`))),
    real: Float64Array.from(picked),
  };
}

test.each(['sagan', 'biggan', 'biggan-deep'])(
  '%s: two whole training steps equal PyTorch in float64, with every parameter and state',
  { timeout: 60_000 },
  async (name) => {
    const fixture = readFixture(name);
    const settings = fixture.settings as unknown as BigSettings;
    const { lr, criticLr, steps } = settings;
    const runner = await startRunner(systemOf(name, settings), interpreterExecutor, {
      parts: ['step'],
      lr,
      criticLr,
    });
    const values = (prefix: string) =>
      new Map([...fixture.under(prefix)].map(([key, { data }]) => [key, data]));
    writeStates(runner, values('init/'));

    const errors = new Map<string, number>();
    for (let step = 0; step < steps; step++) {
      for (const [phase, network] of [
        ['critic', 'D'],
        ['generator', 'G'],
      ] as const) {
        const { loss } = await runner.run(phase, 'step', inputsOf(fixture, phase, step));
        errors.set(
          `${phase}/loss ${step}`,
          relativeError([loss!], [fixture.get(`loss/${network}`).data[step]!]),
        );
      }
    }
    const final = values('final/');
    for (const [key, value] of final) errors.set(key, relativeError(runner.states.read(key), value));
    expect(worst(errors).error, worst(errors).name).toBeLessThan(TOLERANCE);
    const kept = [...runner.built.specs.keys()].filter((key) => !key.startsWith('optimizer/'));
    expect([...final.keys()].sort()).toEqual(kept.sort());
  },
);
