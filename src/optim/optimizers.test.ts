import { describe, expect, it } from 'vitest';
import { relativeError } from '../../test/reference/compare.ts';
import { readFixture } from '../../test/reference/fixture.ts';
import { adam, adamW } from './adam.ts';
import { withTransforms } from './chain.ts';
import { clipByGlobalNorm } from './clip.ts';
import { descend } from './optimizer.testing.ts';
import type { Optimizer } from './optimizer.ts';
import { rmsprop } from './rmsprop.ts';
import { sgd } from './sgd.ts';

/** A case's torch.optim class and its arguments, by their names there. */
interface Case {
  name: 'SGD' | 'RMSprop' | 'Adam' | 'AdamW';
  lr: number;
  momentum?: number;
  nesterov?: boolean;
  weight_decay?: number;
  alpha?: number;
  eps?: number;
  betas?: [number, number];
  clip?: number;
}

const reference = readFixture('optimizers');
const { steps, cases } = reference.settings as unknown as { steps: number; cases: Record<string, Case> };

function optimizerOf({
  name,
  lr,
  momentum = 0,
  nesterov = false,
  weight_decay: decay,
  ...rest
}: Case): Optimizer {
  const weightDecay = decay === undefined ? {} : { weightDecay: decay };
  const [b1, b2] = rest.betas ?? [];
  if (name === 'Adam') return adam({ lr, b1: b1!, b2: b2!, eps: rest.eps!, ...weightDecay });
  if (name === 'AdamW') return adamW({ lr, b1: b1!, b2: b2!, eps: rest.eps!, ...weightDecay });
  if (name === 'RMSprop')
    return rmsprop({ lr, alpha: rest.alpha!, eps: rest.eps!, momentum, ...weightDecay });
  const plain = sgd({ lr, momentum, nesterov, ...weightDecay });
  return rest.clip === undefined ? plain : withTransforms(plain, clipByGlobalNorm(rest.clip));
}

describe.each(Object.entries(cases))('%s', (name, settings) => {
  it('takes the steps PyTorch takes', () => {
    const gradients = [...reference.under('gradient/')];
    const path = descend(optimizerOf(settings), {
      initial: reference.under('initial/'),
      steps,
      gradient: (step) =>
        new Map(
          gradients.map(([key, { data }]) => {
            const size = data.length / steps;
            return [key, data.subarray(step * size, (step + 1) * size)];
          }),
        ),
    });
    for (const [key, expected] of reference.under(`${name}/`)) {
      const taken = path.flatMap((params) => [...params.get(key)!]);
      expect(relativeError(taken, expected.data), key).toBeLessThan(1e-12);
      // The steps, not the places: a small step would drown in the parameter it moves.
      expect(relativeError(differences(taken, steps), differences(expected.data, steps)), key).toBeLessThan(
        1e-11,
      );
    }
  });
});

/** Each step's change of flat [steps, size] places. */
function differences(places: ArrayLike<number>, steps: number): number[] {
  const size = places.length / steps;
  return Array.from({ length: places.length - size }, (_, i) => places[i + size]! - places[i]!);
}
