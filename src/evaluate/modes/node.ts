import { openData } from '../../data/node.ts';
import { stackedDigits } from '../../data/stacked.ts';
import { openExtractor } from '../../features/node.ts';
import { nodeExecutor } from '../../runtime/node.ts';
import { protocols } from './index.ts';
import type { Protocol } from './protocol.ts';
import { stackedProtocols } from './stackedMnist.ts';

/** Every protocol that can be run here, in the order they are run: those of points, and those that need files. */
export const allProtocols: readonly Protocol[] = [
  ...protocols,
  ...stackedProtocols({
    open: () => openData('stacked-mnist'),
    real: async (count, seed) =>
      stackedDigits(await openData('mnist:test'), { name: 'stacked-mnist:test', count, seed }),
    classifier: () => openExtractor('stacked-mnist', nodeExecutor),
  }),
];
