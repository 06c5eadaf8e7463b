import { it } from 'vitest';
import { assertTrainedAlike } from '../support/trainedAlike.ts';

/* The networks of the usual suite, and many more. */

it('random networks train alike with passes and forms on and off', async () => {
  await assertTrainedAlike({ seed: 1, networks: 150 });
}, 600_000);
