import { expect, it } from 'vitest';
import { readFixture } from '../../test/reference/fixture.ts';
import { tensor } from '../graph/index.ts';
import { interpret } from '../graph/interpreter.ts';
import { isLeaf } from '../graph/ops/leaf.ts';
import { equalizedConv2d, equalizedDense } from './equalized.ts';
import { blur2d, convDown, convUp, downsample2d, upsample2d } from './fir.ts';
import { type CaseLayer, describeLayers } from './layers.testing.ts';
import { forLayers, mappingNetwork, truncate } from './mapping.ts';
import { testScope } from './scope.testing.ts';
import type { Scope } from './scope.ts';

/** Settings of a case: those of its kind. */
interface Case {
  kind: string;
  gain: number;
  lrMultiplier: number;
  outputGain: number;
  classes: number;
  label: number[];
}

const weightOf = (scope: Scope, shape: readonly number[]) =>
  scope.in('layer', (scope) => scope.param('weight', shape, () => new Float32Array()));

const layers: Record<string, CaseLayer<Case>> = {
  dense: (scope, x, settings, [units]) => equalizedDense(scope, 'layer', x, { ...settings, units: units! }),
  conv: (scope, x, settings, [channels, , kernel]) =>
    equalizedConv2d(scope, 'layer', x, { ...settings, channels: channels!, kernel: kernel! }),
  upsample: (_, x) => upsample2d(x),
  downsample: (_, x) => downsample2d(x),
  blur: (_, x) => blur2d(x),
  convUp: (scope, x, _, weight) => convUp(x, weightOf(scope, weight)),
  convDown: (scope, x, _, weight) => convDown(x, weightOf(scope, weight)),
  mapping: (scope, z, { classes, label }) =>
    scope.in('layer', (scope) =>
      mappingNetwork({ width: 5, layers: 2, classes })(scope, z, tensor(label, [label.length], 'int32')),
    ),
};

describeLayers(readFixture('style'), layers);

it('truncates the first layers only', () => {
  const w = tensor([1, 2, 3, 4], [2, 2]);
  const [out] = interpret([truncate(forLayers(w, 3), tensor([1, 0], [2]), { psi: 0.5, cutoff: 2 })])(
    () => undefined,
  );
  expect([...out!]).toEqual([1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 4]);
});

it('refuses a cutoff behind the last layer', () => {
  const w = forLayers(tensor([1, 2], [1, 2]), 3);
  expect(() => truncate(w, tensor([0, 0], [2]), { psi: 0.5, cutoff: 4 })).toThrow(
    'truncation: the cutoff must be a whole number from 0 to the 3 layers, not 4',
  );
});

it('refuses kernels of even sides where it resamples', () => {
  const x = tensor(new Float64Array(16), [1, 1, 4, 4]);
  expect(() => convUp(x, tensor(new Float64Array(16), [1, 1, 4, 4]))).toThrow('choose a kernel of 1 or 3');
});

it('draws weights that are used at unit variance, whatever the learning rate', () => {
  const scope = testScope();
  const x = tensor(new Float64Array(400).fill(1), [1, 400]);
  const y = equalizedDense(scope, 'layer', x, { units: 300, lrMultiplier: 0.01 });
  const [values, weight] = scope.evaluate([y, scope.params.get('N/layer/weight')!]);
  const variance = (numbers: Float64Array) => numbers.reduce((sum, v) => sum + v * v, 0) / numbers.length;
  expect(variance(values!)).toBeCloseTo(1, 0);
  expect(Math.sqrt(variance(weight!))).toBeGreaterThan(99);
});

it('leaves the mean of w in calls that advance nothing, and in sampling', () => {
  const z = tensor([1, 2], [1, 2]);
  const network = mappingNetwork({ width: 2, layers: 1 });
  const [training, sampling] = [testScope('train'), testScope('sample')];
  network(training.still, z);
  network(sampling, z);
  for (const scope of [training, sampling]) expect(isLeaf(scope.states.get('N/w/mean')!)).toBe(true);
  network(training, z);
  expect(isLeaf(training.states.get('N/w/mean')!)).toBe(false);
});
