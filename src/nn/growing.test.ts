import { describe, expect, it } from 'vitest';
import { readFixture } from '../../test/reference/fixture.ts';
import { tensor } from '../graph/index.ts';
import { interpret } from '../graph/interpreter.ts';
import { adaptiveInstanceNorm } from './adaptiveInstanceNorm.ts';
import { blur2d, convDown, convUp } from './fir.ts';
import { channelsAt, grownReal, resolutionsUpTo } from './growing.ts';
import { type CaseLayer, describeLayers } from './layers.testing.ts';
import type { Scope } from './scope.ts';
import { styleganLayers } from './stylegan.ts';

/** Settings of a case. */
interface Case {
  kind: string;
  w: number[];
}

const BOX = [1, 1];
const weightOf = (scope: Scope, shape: readonly number[]) =>
  scope.in('layer', (scope) => scope.param('weight', shape, () => new Float32Array()));

const layers: Record<string, CaseLayer<Case>> = {
  larger: (scope, x, _, weight) => convUp(x, weightOf(scope, weight), BOX),
  smaller: (scope, x, _, weight) => convDown(x, weightOf(scope, weight), BOX),
  blur: (_, x) => blur2d(x, [1, 2, 1]),
  instance: (scope, x, { w }) => adaptiveInstanceNorm(scope, 'layer', x, tensor(w, [3, 6])),
};

describeLayers(readFixture('growing-layers'), layers);

describe('growing', () => {
  it('doubles from 4, and halves the channels from the most allowed', () => {
    const sizes = { size: 64, width: 4, maxWidth: 20 };
    expect(resolutionsUpTo(64)).toEqual([4, 8, 16, 32, 64]);
    expect(resolutionsUpTo(64).map((resolution) => channelsAt(resolution, sizes))).toEqual([
      20, 20, 16, 8, 4,
    ]);
    expect([4, 8, 1024].map(styleganLayers)).toEqual([2, 4, 18]);
  });

  it('shows the critic real images at the resolution there is, blended while the next one fades in', () => {
    const real = tensor([1, 3, 5, 7, 1, 3, 5, 7, 0, 0, 8, 8, 0, 0, 8, 8], [1, 1, 4, 4]);
    const at = (resolution: number, fade?: number) => [
      ...interpret([
        grownReal(real, { size: 4, resolution, fade: fade === undefined ? undefined : tensor(fade) }),
      ])(() => undefined)[0]!,
    ];
    expect(at(4).slice(0, 4)).toEqual([1, 3, 5, 7]);
    expect(at(2)).toEqual([2, 2, 6, 6, 2, 2, 6, 6, 0, 0, 8, 8, 0, 0, 8, 8]);
    // A quarter of the way from means of 2x2 to single pixels.
    expect(at(4, 0.25).slice(0, 4)).toEqual([1.75, 2.25, 5.75, 6.25]);
  });
});
