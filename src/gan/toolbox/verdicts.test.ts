import { describe, expect, it } from 'vitest';
import { add, grad, interpret, leakyRelu, mean, square, type Tensor } from '../../graph/index.ts';
import { input } from '../../graph/ops/leaf.ts';
import { flatten } from '../../graph/ops/movement.ts';
import { sizeOf } from '../../graph/shape.ts';
import { conv2d, dense, normalise } from '../../nn/index.ts';
import type { NetworkFunction } from '../../nn/scope.ts';
import { bindNetwork, createTrace } from '../trace.ts';
import { TOOLBOX_DEFAULTS } from './settings.ts';
import { judgesTogether, verdicts } from './verdicts.ts';

const BATCH = 3;
const real = input('real', [BATCH, 2, 4, 4]);
const fake = input('fake', [BATCH, 2, 4, 4]);
const label = input('label', [BATCH], 'int32');
/** Numbers that differ from seed to seed. */
const numbers = (count: number, seed: number) =>
  Array.from({ length: count }, (_, i) => Math.sin(seed * i + seed));

const critic =
  (norm: 'batch' | 'layer'): NetworkFunction =>
  (scope, x) => {
    const features = flatten(
      leakyRelu(normalise(scope, 'norm', conv2d(scope, 'conv', x!, { channels: 3, kernel: 3 }), norm)),
    );
    scope.result('features', features);
    return dense(scope, 'out', features, { units: 1 });
  };

/** Scores, features and the gradient of a loss in the critic's weights, one after another. */
function learned(norm: 'batch' | 'layer', together: boolean): number[] {
  const trace = createTrace('train', 'test', new Map());
  const { onReal, onFake } = verdicts(bindNetwork(trace, 'D', critic(norm)), { real, label }, fake, together);
  const seen: Tensor[] = [onReal, onFake].flatMap(({ output, results }) => [
    output,
    results.get('features')!,
  ]);
  const loss = add(mean(square(onReal.output)), mean(onFake.output));
  const gradients = grad(loss, [...trace.params.values()]);
  const values = interpret([...seen, ...gradients])((name) => {
    const spec = trace.specs.get(name);
    const shape = spec?.shape ?? real.shape;
    const seed = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
    return numbers(sizeOf(shape), seed);
  });
  return values.flatMap((value) => [...value]);
}

describe('one pass over both sides', () => {
  it('finds what two passes find, with the same gradients', () => {
    const [apart, together] = [learned('layer', false), learned('layer', true)];
    expect(together).toHaveLength(apart.length);
    together.forEach((value, i) => {
      expect(value).toBeCloseTo(apart[i]!, 12);
    });
  });

  it('would mix the sides up where a score depends on its batch', () => {
    const [apart, together] = [learned('batch', false), learned('batch', true)];
    expect(Math.max(...together.map((value, i) => Math.abs(value - apart[i]!)))).toBeGreaterThan(1e-3);
  });

  it.each([
    [{}, 'layer', true],
    [{}, 'none', true],
    [{}, 'batch', false],
    [{ packing: 2 }, 'none', false],
    [{ dropout: 0.3 }, 'none', false],
    [{ minibatchStd: 2 }, 'none', false],
    [{ minibatchDiscrimination: 3 }, 'none', false],
    [{ gradientPenalty: 'two-sided' }, 'layer', true],
    [{ gradientPenalty: 'two-sided', penaltyAt: 'real' }, 'layer', false],
    [{ gradientPenalty: 'dragan', penaltyAt: 'real' }, 'layer', true],
    [{ r1: 1 }, 'none', false],
    [{ r2: 1 }, 'none', false],
  ] as const)('with %o and the norm %s: %s', (settings, criticNorm, expected) => {
    const facts = { criticNorm, generatorBatchNorm: true };
    expect(judgesTogether({ ...TOOLBOX_DEFAULTS, ...settings }, facts)).toBe(expected);
  });
});
