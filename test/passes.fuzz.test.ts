import { it } from 'vitest';
import { assertTrainedAlike } from './support/trainedAlike.ts';

it('random networks train alike with passes and forms on and off', async () => {
  await assertTrainedAlike({ seed: 1, networks: 20 });
}, 200_000);
