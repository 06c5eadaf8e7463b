import { describe, expect, it } from 'vitest';
import { relativeError } from '../../test/reference/compare.ts';
import type { Fixture } from '../../test/reference/fixture.ts';
import { grad, input, mul, type Tensor, tensor } from '../graph/index.ts';
import { testScope } from './scope.testing.ts';
import type { Scope } from './scope.ts';

/** What every case of a fixture of layers may say. */
export interface LayerCase {
  kind: string;
  /** Whether the layer is called in training mode. Default true. */
  training?: boolean;
}

/** A layer of a case as this project writes it, named `layer`; `weight` is the shape of its parameter `weight`. */
export type CaseLayer<Case> = (scope: Scope, x: Tensor, settings: Case, weight: readonly number[]) => Tensor;

/** Holds every case of the given kinds against PyTorch: output, gradients, states left behind, names of parameters. */
export function describeLayers<Case extends LayerCase>(
  reference: Fixture,
  layers: Record<string, CaseLayer<Case>>,
): void {
  // A reference may also hold cases of operations without a layer, such as resizing.
  const { cases: all } = reference.settings as unknown as { cases: Record<string, Case> };
  const cases = Object.entries(all).filter(([, { kind }]) => kind in layers);

  it('finds every layer in the reference', () => {
    expect(new Set(cases.map(([, { kind }]) => kind))).toEqual(new Set(Object.keys(layers)));
  });

  describe.each(cases)('%s equals PyTorch', (name, settings) => {
    const params = reference.under(`${name}/param/`);
    const isIndex = settings.kind === 'embedding';
    const x = input('x', reference.get(`${name}/input`).shape, isIndex ? 'int32' : 'float32');
    const scope = testScope(settings.training === false ? 'sample' : 'train');
    const output = layers[settings.kind]!(scope, x, settings, params.get('weight')?.shape ?? []);
    const cotangent = reference.get(`${name}/cotangent`);

    const given: Record<string, Float64Array> = { x: reference.get(`${name}/input`).data };
    for (const [key, { data }] of params) given[`N/layer/${key}`] = data;
    for (const [key, { data }] of reference.under(`${name}/state/`)) {
      // A state of PyTorch's layer, or random numbers of its first call.
      for (const suffix of ['', '#0']) given[`N/layer/${key}${suffix}`] = data;
    }
    const expectEqual = (actual: readonly Tensor[], expected: readonly string[]) => {
      const values = scope.evaluate(actual, given);
      expected.forEach((key, i) => {
        const { shape, data } = reference.get(`${name}/${key}`);
        expect(actual[i]!.shape, key).toEqual(shape);
        expect(relativeError(values[i]!, data), key).toBeLessThan(1e-12);
      });
    };

    it('in its output', () => {
      expectEqual([output], ['output']);
    });

    it('in its gradients', () => {
      const leaves = [...params.keys()].map((key): [string, Tensor] => [
        key,
        scope.params.get(`N/layer/${key}`)!,
      ]);
      if (!isIndex) leaves.push(['input', x]);
      const loss = mul(output, tensor(cotangent.data, cotangent.shape)).sum();
      const gradients = grad(
        loss,
        leaves.map(([, leaf]) => leaf),
      );
      expectEqual(
        gradients,
        leaves.map(([key]) => `grad/${key}`),
      );
    });

    it('in the states it leaves behind', () => {
      const states = [...scope.states].map(([fullName, value]): [string, Tensor] => [
        fullName.replace('N/layer/', 'after/'),
        value,
      ]);
      expectEqual(
        states.map(([, value]) => value),
        states.map(([key]) => key),
      );
    });

    it('in the names of its parameters', () => {
      const own = [...scope.params.keys()].map((fullName) => fullName.replace('N/layer/', ''));
      expect(new Set(own)).toEqual(new Set(params.keys()));
    });
  });
}
