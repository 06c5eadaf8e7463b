/** Trains a GAN of `gans.ts`, by its name, in Node on the processor and on WebGPU; prints both results, or why there is no WebGPU, as JSON. */
import { nodeExecutor, nodeWebGpuExecutor } from '../../src/runtime/node.ts';
import { trainDcgan, trainToy } from './gans.ts';

const gans = { trainDcgan, trainToy };
const train = gans[process.argv[2] as keyof typeof gans];
const expected = await train(nodeExecutor);
const outcome = await train(nodeWebGpuExecutor).then(
  (actual) => ({ actual, expected }),
  (error: Error) => ({ problem: error.message }),
);
process.stdout.write(JSON.stringify(outcome));
