import { UsageError } from '../base/errors.ts';
import { randomStream } from '../base/random.ts';

export interface BatchOrder {
  seed: number;
  /** Who reads: readers of different names go through the data in different orders. */
  reader?: string;
  /** Number of examples in the set. */
  count: number;
  /** Examples in a batch, 1 to `count`. */
  batch: number;
}

/**
 * Example indices [B] of the k-th batch (k = 0, 1, ...) of an endless run. Every epoch is its own permutation of the
 * examples, keyed by (seed, reader, 'epoch', epoch); the last short batch of an epoch is dropped. The answer depends on the
 * arguments alone, so a resumed run needs only k.
 *
 * Throws UsageError when the batch is larger than the set, or a number is not whole or out of range.
 */
export function batchIndices(order: BatchOrder, k: number): Uint32Array {
  return batchOrder(order)(k);
}

/** `batchIndices` for one order, keeping the permutation of the epoch last asked for. */
export function batchOrder(order: BatchOrder): (k: number) => Uint32Array {
  const { seed, reader = '', count, batch } = order;
  checkOrder(order);
  const batchesPerEpoch = Math.floor(count / batch);
  let cachedEpoch = -1;
  let permutation: Uint32Array = new Uint32Array();
  return (k) => {
    if (!Number.isSafeInteger(k) || k < 0) {
      throw new UsageError(`batch number: expected a whole number from 0, got ${k}`);
    }
    const epoch = Math.floor(k / batchesPerEpoch);
    if (epoch !== cachedEpoch) {
      permutation = randomStream(seed, reader, 'epoch', epoch).permutation(count);
      cachedEpoch = epoch;
    }
    const start = (k % batchesPerEpoch) * batch;
    return permutation.slice(start, start + batch);
  };
}

function checkOrder({ count, batch }: BatchOrder): void {
  if (!Number.isSafeInteger(batch) || batch < 1) {
    throw new UsageError(`batch: expected a whole number from 1, got ${batch}`);
  }
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new UsageError(`data: expected at least one example, got ${count}`);
  }
  if (batch > count) {
    throw new UsageError(
      `batch ${batch} is larger than the data: there are only ${count} examples; choose a batch of at most ${count}`,
    );
  }
}
