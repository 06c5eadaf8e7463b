import type { Fixture, Stored } from './fixture.ts';
import type { Inputs } from './runner.ts';

/** The stored data, noise, mixing numbers and dropout masks of one run of a phase, by our names. */
export function smallInputs(
  fixture: Fixture,
  phase: 'critic' | 'generator',
  step: number,
  repeat: number,
): Inputs {
  const at = (stored: Stored) => row(stored, step, repeat);
  const inputs: Record<string, Float64Array> = { z: at(fixture.get(`z/${phase}`)) };
  if (phase === 'critic') inputs.real = pictures(fixture, at(fixture.get('real/critic')));
  const mix = fixture.tensors.get(`mix/${phase}`);
  if (mix) inputs.mix = at(mix);
  // Calls of the critic in a phase are counted: the fake images first, then the real ones.
  for (const [call, images] of ['fake', 'real'].entries()) {
    for (const [layer, masks] of fixture.under(`dropout/${phase}/${images}/`)) {
      inputs[`D/dropout${layer}/mask#${call}`] = at(masks);
    }
  }
  return inputs;
}

/** Element [step, repeat] of [steps, repeats, ...]. */
function row({ shape, data }: Stored, step: number, repeat: number): Float64Array {
  const [steps, repeats] = shape as [number, number];
  const size = data.length / (steps * repeats);
  const start = (step * repeats + repeat) * size;
  return data.slice(start, start + size);
}

function pictures(fixture: Fixture, rows: Float64Array): Float64Array {
  const { shape, data } = fixture.get('images');
  const size = data.length / shape[0]!;
  const out = new Float64Array(rows.length * size);
  rows.forEach((from, to) => {
    out.set(data.subarray(from * size, (from + 1) * size), to * size);
  });
  return out;
}
