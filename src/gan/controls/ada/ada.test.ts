import { describe, expect, it } from 'vitest';
import { relativeError } from '../../../../test/reference/compare.ts';
import { readFixture } from '../../../../test/reference/fixture.ts';
import { randomStream } from '../../../base/random.ts';
import { grad, input, type Tensor, tensor } from '../../../graph/index.ts';
import { interpret } from '../../../graph/interpreter.ts';
import { state } from '../../../graph/ops/leaf.ts';
import { testScope } from '../../../nn/scope.testing.ts';
import { nodeExecutor } from '../../../runtime/node.ts';
import { bindNetwork, createTrace } from '../../trace.ts';
import { type AdaOptions, adaptAugmentation } from './adapt.ts';
import type { Draws } from './chance.ts';
import { recolour } from './colour.ts';
import { addNoise, cutOut } from './corruption.ts';
import { filterBands } from './filtering.ts';
import { enlarged, moveAround } from './geometry.ts';
import { ADA_GROUPS, augmented } from './pipeline.ts';
import { filterBank, reflected, SYM6 } from './wavelets.ts';

const fixture = readFixture('ada');
const { p } = fixture.settings as unknown as { p: number };
const stored = (name: string): Tensor => tensor(fixture.get(name).data, fixture.get(name).shape);

/** Images and numbers of the fixture, by augmentation, and how many of the images' channels it is shown on. */
const cases: Record<string, [channels: number, (x: Tensor, draws: Draws) => Tensor]> = {
  geometry: [3, (x, draws) => moveAround(x, { blit: p, geometry: p }, draws)],
  colour: [3, (x, draws) => recolour(x, p, draws)],
  grey: [1, (x, draws) => recolour(x, p, draws)],
  filter: [1, (x, draws) => filterBands(x, p, draws)],
  noise: [1, (x, draws) => addNoise(x, p, draws, stored('cotangent').slice(1, 0, 1))],
  cutout: [1, (x, { uniform }) => cutOut(x, p, uniform)],
};

describe.each(Object.entries(cases))('%s equals PyTorch', (name, [channels, augment]) => {
  const [x, cotangent] = ['images', 'cotangent'].map((key) => stored(key).slice(1, 0, channels));
  const uniform = stored(`${name}/uniform`);
  const output = augment(x!, { uniform, normal: name === 'cutout' ? uniform : stored(`${name}/normal`) });

  it('in its output and in its gradient', () => {
    const [slope] = grad(output.mul(cotangent!).sum(), [x!]);
    const [ours, ourSlope] = interpret([output, slope!])(() => undefined);
    expect(output.shape).toEqual(fixture.get(`${name}/output`).shape);
    expect(relativeError(ours!, fixture.get(`${name}/output`).data)).toBeLessThan(1e-10);
    expect(relativeError(ourSlope!, fixture.get(`${name}/gradient`).data)).toBeLessThan(1e-10);
  });
});

it('has the four bands of the reference, which add up to the identity', () => {
  const bank = filterBank();
  expect(relativeError(bank.flat(), fixture.get('bank').data)).toBeLessThan(1e-12);
  const middle = (bank[0]!.length - 1) / 2;
  bank[0]!.forEach((_, i) => {
    const total = bank.reduce((sum, filter) => sum + filter[i]!, 0);
    expect(total).toBeCloseTo(i === middle ? 1 : 0, 12);
  });
});

it.each([1, 2, 3, 4, 5, 6, 8, 13, 32])(
  'stores of %i pixels reflected and upsampled every place once',
  (n) => {
    const { size, stored, matrix } = enlarged(n);
    const taps = SYM6.map((tap) => (2 * tap) / SYM6.reduce((sum, each) => sum + each, 0)).toReversed();
    // Each pixel by itself, reflected at both ends, with zeros between, filtered with zeros around.
    const spread = Array.from({ length: size }, (_, i) => (i % 2 === 0 ? reflected(i / 2 - (n - 1), n) : -1));
    const whole = spread.map((_, i) =>
      Array.from({ length: n }, (_, pixel) =>
        taps.reduce((sum, tap, k) => (spread[i + k - 6] === pixel ? sum + tap : sum), 0),
      ),
    );
    const places = tensor(
      Array.from({ length: size }, (_, i) => i),
      [size],
    );
    const [rows, found] = interpret([matrix, stored(places)])(() => undefined);
    expect(matrix.shape[0]!).toBe(Math.min(size, Math.max(11, 4 * (n - 1) + 11)));
    whole.forEach((row, i) => {
      const place = found![i]!;
      expect(relativeError(rows!.slice(place * n, (place + 1) * n), row)).toBeLessThan(1e-14);
    });
  },
);

/** Values of augmentations of `count` small images, with numbers drawn for each. */
async function run(
  make: (x: Tensor, draw: (kind: 'uniform' | 'normal', n: number) => Tensor) => Tensor,
  x: Tensor,
) {
  const count = x.shape[0]!;
  const drawn = (kind: 'uniform' | 'normal', n: number) => {
    const values = new Float64Array(count * n);
    const stream = randomStream(1, kind);
    return tensor(kind === 'uniform' ? stream.fillUniform(values, 0, 1) : stream.fillNormal(values, 0, 1), [
      count,
      n,
    ]);
  };
  return interpret([make(x, drawn)])(() => undefined)[0]!;
}
const meanOf = (values: Float64Array) => values.reduce((sum, v) => sum + v, 0) / values.length;
const COUNT = 4000;
/** The numbers of a flip as they are, and such that no other blit happens. */
const FLIPS = tensor([1, 1, ...new Array<number>(12).fill(0)], [1, 14]);
const NEVER_ELSE = tensor([0, 0, ...new Array<number>(12).fill(0.99)], [1, 14]);

const ones = tensor(new Float64Array(COUNT * 16).fill(1), [COUNT, 1, 4, 4]);

describe('in expectation', () => {
  it('cuts out p times what a half square covers on average', async () => {
    // Centres anywhere: of four places a side, 0.4375 of the way lie inside on average, those at the sides more rarely.
    const kept = meanOf(await run((x, draw) => cutOut(x, 0.8, draw('uniform', 3)), ones));
    expect(kept).toBeCloseTo(1 - 0.8 * 0.4375 ** 2, 2);
  });

  it('mirrors half of a share p', async () => {
    const few = 400;
    const ramp = Float64Array.from({ length: few * 16 }, (_, i) => (i % 4) - 1.5);
    const out = await run(
      (x, draw) => {
        const uniform = draw('uniform', 14).mul(FLIPS).add(NEVER_ELSE);
        return moveAround(x, { blit: 0.6, geometry: 0 }, { uniform, normal: draw('normal', 4) });
      },
      tensor(ramp, [few, 1, 4, 4]),
    );
    const mirrored = Array.from({ length: few }, (_, i) => (out[i * 16 + 7]! < 0 ? 1 : 0));
    expect(meanOf(Float64Array.from(mirrored))).toBeCloseTo(0.3, 1);
  });

  it('turns luma over in half of a share p, and keeps its size on average', async () => {
    const out = await run(
      (x, draw) => recolour(x, 0.5, { uniform: draw('uniform', 7), normal: draw('normal', 3).mul(0) }),
      ones,
    );
    expect(meanOf(out)).toBeCloseTo(1 - 2 * 0.25, 1);
  });

  it('adds noise of the deviation 0.1 to a share p', async () => {
    const noisy = await run(
      (x, draw) =>
        addNoise(
          x,
          0.5,
          { uniform: draw('uniform', 1), normal: draw('normal', 1) },
          draw('normal', 16).reshape(x.shape),
        ),
      ones,
    );
    const changed = Array.from({ length: COUNT }, (_, i) => (noisy[i * 16] === 1 ? 0 : 1));
    expect(meanOf(Float64Array.from(changed))).toBeCloseTo(0.5, 1);
  });

  it.each(ADA_GROUPS)('leaves images as they are at p = 0: %s', (group) => {
    const size = 16;
    const smooth = Float64Array.from(
      { length: 3 * size * size },
      (_, i) => Math.sin((i % size) / 4) * Math.cos(Math.floor(i / size) / 5),
    );
    const scope = testScope();
    const x = tensor(smooth, [1, 3, size, size]);
    const [out] = scope.evaluate([augmented(scope, x, 0, [group])]);
    // Up and down by the wavelet is the identity but for the bilinear lookup between.
    expect(relativeError(out!, smooth)).toBeLessThan(group === 'blit' || group === 'geometry' ? 0.02 : 1e-12);
  });
});

it.each([
  [256, 64],
  [1024, 32],
])('is built at %i pixels for the published batch of %i, with its derivative', (size, batch) => {
  const x = input('x', [batch, 3, size, size]);
  const seen = augmented(testScope(), x, 0.7, ADA_GROUPS.slice(0, 3));
  const [slope] = grad(seen.mul(seen).sum(), [x]);
  expect([seen.shape, slope!.shape]).toEqual([x.shape, x.shape]);
});

it('is one graph that the runtime computes and differentiates twice, as a penalty does', async () => {
  const scope = testScope();
  const x = input('x', [2, 3, 16, 16]);
  const weight = state('weight', [2, 3, 16, 16]);
  const seen = augmented(scope, x, 0.7, ADA_GROUPS);
  const [slope] = grad(seen.mul(seen).mul(weight).sum(), [x]);
  const [second] = grad(slope!.mul(slope!).sum(), [weight]);
  const values: Record<string, Float32Array> = {
    x: Float32Array.from({ length: 1536 }, (_, i) => Math.sin(i * 1.3)),
    weight: Float32Array.from({ length: 1536 }, (_, i) => Math.cos(i * 0.7)),
  };
  for (const [name, { tensor, distribution }] of scope.randoms) {
    const count = tensor.shape.reduce((a, b) => a * b, 1);
    const stream = randomStream(3, name);
    values[name] =
      distribution.kind === 'normal'
        ? stream.fillNormal(new Float32Array(count), 0, 1)
        : stream.fillUniform(new Float32Array(count), 0, 1);
  }
  const program = { name: 'ada', outputs: new Map([['second', second!]]), updates: new Map() };
  const compiled = await nodeExecutor.compile(program, { threads: 1 });
  const states = nodeExecutor.createStates();
  const { weight: kept, ...feeds } = values;
  states.write('weight', [2, 3, 16, 16], kept!);
  const { outputs } = await compiled.run(feeds, states);
  const [expected] = interpret([second!])((name) => values[name]);
  expect(relativeError(outputs.second as Float32Array, expected!)).toBeLessThan(1e-4);
});

describe('p', () => {
  const options = { images: 8, adaTarget: 0.6, adaImages: 100, adaEvery: 2, adaStart: 0.1 };
  /** p after each of some steps, whose scores of real examples are given. */
  function follow(
    scores: readonly (readonly number[])[],
    { images, ...options }: Omit<AdaOptions, 'ada'> & { images: number },
  ): number[] {
    const trace = createTrace('train', 'test', new Map());
    const D = bindNetwork(trace, 'D', (_, x) => x!);
    const seen: Tensor[] = [];
    for (const real of scores) {
      adaptAugmentation(D, tensor(real, [real.length, 1]), images, { ada: ['noise'], ...options });
      seen.push(trace.states.get('D/augment/p')!);
    }
    const initial: Record<string, number[]> = {
      'D/augment/p': [options.adaStart],
      'D/augment/signs': [0],
      'D/augment/steps': [0],
    };
    return interpret(seen)((name) => initial[name]).map(([value]) => value!);
  }

  it('rises by the images of a window while the critic is too sure of real examples, and falls to 0, not below', () => {
    const sure = [1, 2, 3, 4];
    const unsure = [-1, 1, -1, -1];
    const found = follow([sure, sure, sure, unsure, unsure, unsure, unsure, unsure], options);
    const expected = [0.1, 0.26, 0.26, 0.1, 0.1, 0, 0, 0];
    expected.forEach((value, i) => {
      expect(found[i]).toBeCloseTo(value, 12);
    });
  });

  it('goes over 40 steps as in the reference, up, down, and along 0', () => {
    const { shape, data } = fixture.get('control/scores');
    const [steps, images] = shape as [number, number];
    const scores = Array.from({ length: steps }, (_, i) => [...data.slice(i * images, (i + 1) * images)]);
    const { control } = fixture.settings as unknown as { control: Omit<AdaOptions, 'ada'> };
    const expected = fixture.get('control/p').data;
    expect(relativeError(follow(scores, { images, ...control }), expected)).toBeLessThan(1e-12);
    expect([Math.max(...expected) > 0.5, expected.at(-1)]).toEqual([true, 0]);
  });
});
