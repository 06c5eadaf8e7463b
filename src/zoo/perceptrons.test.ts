import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../gan/config.ts';
import { tensor } from '../graph/index.ts';
import { testScope } from '../nn/scope.testing.ts';
import { gan } from './index.ts';

const points = { kind: 'points', shape: [2], classes: [] } as const;

describe('signs', () => {
  const generated = (settings: Record<string, unknown>, z: number[]) => {
    const config = resolveConfig(gan, { latent: 3, generator: [8], ...settings }, points);
    const scope = testScope();
    return [...scope.evaluate([gan.networks(config, points).G!(scope, tensor([z]))])[0]!];
  };

  it('hide all but the sign of the first numbers of z', () => {
    expect(generated({ signs: 2 }, [0.1, -3, 0.7])).toEqual(generated({ signs: 2 }, [2, -0.2, 0.7]));
    expect(generated({ signs: 2 }, [0.1, -3, 0.7])).not.toEqual(generated({ signs: 2 }, [0.1, 3, 0.7]));
    expect(generated({ signs: 2 }, [0.1, -3, 0.7])).not.toEqual(generated({ signs: 2 }, [0.1, -3, 0.8]));
    expect(generated({ signs: 3 }, [1, -1, 5])).toEqual(generated({ signs: 3 }, [1, -1, 1]));
    expect(generated({}, [0.1, -3, 0.7])).not.toEqual(generated({}, [2, -3, 0.7]));
  });

  it('cannot be more than the numbers of z', () => {
    expect(() => resolveConfig(gan, { latent: 3, signs: 4 }, points)).toThrow(
      'gan: signs=4 are more than the numbers of z, latent=3; give z more',
    );
  });
});
