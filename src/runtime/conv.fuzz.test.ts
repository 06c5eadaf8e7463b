import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ShapeError } from '../base/errors.ts';
import { conv, grad, input, type Tensor } from '../graph/index.ts';
import type { ConvOptions } from '../graph/ops/convGeometry.ts';
import { rand } from '../graph/ops/sample.ts';
import { distance, formsUnder, norm, valuesOf } from './agreement.testing.ts';
import { interpreterExecutor } from './interpreter.ts';
import { nodeExecutor } from './node.ts';

// Convolutions of random geometry, and their adjoints in the input and in the weight, must come out the same in each form.

interface Case {
  batch: number;
  /** Channels of one group, in and out. */
  channels: readonly [number, number];
  size: readonly [number, number];
  kernel: readonly [number, number];
  options: Required<ConvOptions>;
}

const upTo = (max: number, min = 1) => fc.integer({ min, max });
const pairOf = (of: fc.Arbitrary<number>) => fc.tuple(of, of);
/** Mostly 1, since other dilations and groups leave fewer forms to compare. */
const mostlyOne = fc.constantFrom(1, 1, 1, 1, 1, 1, 1, 2);
const side = upTo(3, 0);

const anyCases: fc.Arbitrary<Case> = fc.record({
  batch: upTo(3),
  channels: pairOf(upTo(5)),
  size: pairOf(upTo(11)),
  kernel: pairOf(fc.constantFrom(1, 2, 3, 3, 4, 4, 5)),
  options: fc.record({
    stride: pairOf(upTo(3)),
    padding: fc.tuple(side, side, side, side),
    dilation: pairOf(mostlyOne),
    groups: mostlyOne,
  }),
});

/** Kernels over the whole image have a form of their own. */
const wholeImages = anyCases.map((drawn): Case => {
  const options: Case['options'] = { stride: drawn.options.stride, padding: 0, dilation: 1, groups: 1 };
  return { ...drawn, kernel: drawn.size, options };
});

const cases = fc.oneof({ arbitrary: anyCases, weight: 12 }, { arbitrary: wholeImages, weight: 1 });

interface Convolution {
  /** The convolution, and its adjoints in the input and in the weight. */
  roots: Tensor[];
  leaves: Tensor[];
}

function build({ batch, channels, size, kernel, options }: Case): Convolution {
  const x = input('x', [batch, channels[0] * options.groups, ...size]);
  const weight = input('weight', [channels[1] * options.groups, channels[0], ...kernel]);
  const y = conv(x, weight, options);
  const gy = input('gy', y.shape);
  return { roots: [y, ...grad(y, [x, weight], gy)], leaves: [x, weight, gy] };
}

/** The kernel fits into the padded image. */
function isPossible(geometry: Case): boolean {
  try {
    build(geometry);
    return true;
  } catch (error) {
    if (error instanceof ShapeError) return false;
    throw error;
  }
}

const feedsOf = (leaves: readonly Tensor[], change: (x: number) => number) =>
  Object.fromEntries(
    leaves.map(({ shape, attributes }) => [
      attributes.name as string,
      Float32Array.from(rand(shape).data, change),
    ]),
  );

/**
 * Of the length of what the sums' terms come to without their signs, so that sums which happen to cancel do not count for
 * more. Plain sums in float32 err by up to 1e-7 of that here, and so do tiles of two outputs, whose transforms add and
 * subtract; those of tiles of four multiply by unequal numbers and cancel again, and err by up to 1e-6.
 */
const toleranceOf = (form: string): number => (form === 'winograd-4' ? 5e-6 : 5e-7);

const names = ['convolution', 'adjoint in the input', 'adjoint in the weight'];

it('random convolutions are the same in every form', async () => {
  await fc.assert(
    fc.asyncProperty(cases.filter(isPossible), async (geometry) => {
      const { roots, leaves } = build(geometry);
      const feeds = feedsOf(leaves, (x) => x);
      const expected = await valuesOf(interpreterExecutor, roots, feeds);
      const unsigned = await valuesOf(interpreterExecutor, roots, feedsOf(leaves, Math.abs));
      for (const form of formsUnder(roots)) {
        const actual = await valuesOf(nodeExecutor, roots, feeds, { lowerings: () => form });
        actual.forEach((values, i) => {
          expect(values.length).toBe(expected[i]!.length);
          const error = distance(values, expected[i]!) / Math.max(norm(unsigned[i]!), 1e-3);
          expect(error, `${names[i]} as ${form}`).toBeLessThan(toleranceOf(form));
        });
      }
    }),
    { seed: 1, numRuns: 400 },
  );
});
