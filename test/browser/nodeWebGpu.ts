/** Trains a small DCGAN in Node on the processor and on WebGPU; prints both results, or why there is no WebGPU, as JSON. */
import { nodeExecutor, nodeWebGpuExecutor } from '../../src/runtime/node.ts';
import { trainDcgan } from './gans.ts';

const expected = await trainDcgan(nodeExecutor);
const outcome = await trainDcgan(nodeWebGpuExecutor).then(
  (actual) => ({ actual, expected }),
  (error: Error) => ({ problem: error.message }),
);
process.stdout.write(JSON.stringify(outcome));
