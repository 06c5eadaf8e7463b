/** TensorFlow.js in Node: answers the JSON lines that ../serve.ts describes. */
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import { serve } from '../serve.ts';
import { mapEntries, type Workload } from '../workload.ts';
import { createTfjsWorkload } from './tfjs.ts';
import { definitions, type Sampling, type Training } from './workloads.ts';

/** Fastest first. The native backend (tfjs-node) is not there: it downloads a library when it is installed. */
const BACKENDS = ['wasm', 'cpu'];

/** On the first backend that gets through an iteration; the note says what kept the others from it. */
async function create(definition: Training | Sampling): Promise<Workload> {
  const failures: string[] = [];
  for (const backend of BACKENDS) {
    try {
      await tf.setBackend(backend);
      const workload = createTfjsWorkload(definition);
      await workload.iterate();
      return { ...workload, warm: true, note: [`backend ${backend}`, ...failures].join('; ') };
    } catch (problem) {
      failures.push(`${backend} cannot: ${(problem as Error).message.split('\n')[0]}`);
    }
  }
  throw new Error(failures.join('; '));
}

await serve(
  { tfjs: tf.version.tfjs, node: process.versions.node },
  mapEntries(definitions, (definition) => () => create(definition)),
);
