import type { Executor } from '../../src/runtime/executor.ts';
import { drawnParameters } from './drawn.ts';
import type { Fixture, Settings } from './fixture.ts';
import { hashValues } from './hashing.ts';
import { type Inputs, startRunner, writeStates } from './runner.ts';
import { systemOf } from './system.ts';

/** Losses of the 200 training steps of a `curve-*` fixture, by the fixture's names. */
export async function runCurve(
  { settings }: Fixture,
  executor: Executor,
): Promise<Map<string, Float64Array>> {
  const runner = await startRunner(systemOf(settings), executor, { parts: ['step'], lr: settings.adam.lr });
  writeStates(runner, drawnParameters(settings));
  const history = new Map<string, number[]>();
  const record = (network: string, { loss, gap, penalty }: Record<string, number>) => {
    for (const [term, value] of Object.entries({ loss, gap, penalty })) {
      if (value === undefined) continue;
      const series = history.get(`${term}/${network}`) ?? [];
      history.set(`${term}/${network}`, [...series, value]);
    }
  };
  for (let step = 0; step < settings.steps; step++) {
    for (let repeat = 0; repeat < settings.criticSteps; repeat++) {
      record(
        'D',
        await runner.run('critic', 'step', curveInputs(settings, 'critic', `${step}/critic/${repeat}`)),
      );
    }
    record(
      'G',
      await runner.run('generator', 'step', curveInputs(settings, 'generator', `${step}/generator/0`)),
    );
  }
  await runner.release();
  return new Map([...history].map(([name, values]) => [name, Float64Array.from(values)]));
}

/** What reference/curves.py feeds to one run of a phase. */
function curveInputs(settings: Settings, phase: 'critic' | 'generator', place: string): Inputs {
  const { system, batch, latent, image } = settings;
  // Uniform with variance 1.
  const inputs: Record<string, Float32Array> = {
    z: float32(hashValues(`z/${place}`, batch * latent, Math.sqrt(12))),
  };
  if (phase === 'critic') inputs.real = float32(blobs(`real/${place}`, batch, image[1]));
  if (phase === 'critic' && system === 'wgan-gp')
    inputs.mix = float32(hashValues(`mix/${place}`, batch, 1, 0.5));
  if (!settings.dropout) return inputs;
  for (const [call, images] of (phase === 'critic' ? ['fake', 'real'] : ['fake']).entries()) {
    settings.critic.forEach((width, i) => {
      const uniform = float32(hashValues(`dropout/${place}/${images}/${i + 1}`, batch * width, 1, 0.5));
      inputs[`D/dropout${i + 1}/mask#${call}`] = uniform.map((value) => (value >= settings.dropout ? 1 : 0));
    });
  }
  return inputs;
}

const float32 = (values: Float64Array): Float32Array => Float32Array.from(values);

/** [B, 1, size, size]: one bright spot with a parabolic profile for each image, on a background of -1. */
export function blobs(name: string, batch: number, size: number): Float64Array {
  const u = hashValues(name, batch * 4, 1);
  const images = new Float64Array(batch * size * size);
  for (let b = 0; b < batch; b++) {
    const column = (size - 1) * (0.5 + 0.5 * u[4 * b]!);
    const row = (size - 1) * (0.5 + 0.5 * u[4 * b + 1]!);
    const radius = size * (0.25 + 0.2 * u[4 * b + 2]!);
    const brightness = 1.5 + u[4 * b + 3]!;
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const distance = (x - column) * (x - column) + (y - row) * (y - row);
        const inside = Math.max(0, 1 - distance / (radius * radius));
        images[(b * size + y) * size + x] = inside * brightness - 1;
      }
    }
  }
  return images;
}

/** How far apart two curves are, as shares of the range that the second one covers. */
export function curveDistance(
  ours: ArrayLike<number>,
  theirs: Float64Array,
): { mean: number; largest: number; range: number } {
  if (ours.length !== theirs.length) throw new Error(`${ours.length} losses against ${theirs.length}`);
  const range = Math.max(...theirs) - Math.min(...theirs);
  const shares = theirs.map((value, i) => Math.abs(ours[i]! - value) / range);
  const mean = shares.reduce((total, share) => total + share) / shares.length;
  return { mean, largest: Math.max(...shares), range };
}
