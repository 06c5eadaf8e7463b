import type { Operation } from '../op.ts';
import { convOperations } from './conv.ts';
import { elementwiseOperations } from './elementwise.ts';
import { gatherOperations } from './gather.ts';
import { leafOperations } from './leaf.ts';
import { matmulOperations } from './matmul.ts';
import { movementOperations } from './movement.ts';
import { poolOperations } from './pool.ts';
import { reduceOperations } from './reduce.ts';
import { samplingOperations } from './sampling.ts';
import { slicingOperations } from './slicing.ts';

/** Every operation there is; the generic tests run over this list. */
export const operations: readonly Operation[] = [
  ...leafOperations,
  ...elementwiseOperations,
  ...reduceOperations,
  ...movementOperations,
  ...slicingOperations,
  ...gatherOperations,
  ...samplingOperations,
  ...matmulOperations,
  ...convOperations,
  ...poolOperations,
];
