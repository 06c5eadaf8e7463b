/** TensorFlow.js in Node: answers the JSON lines that ../serve.ts describes. */
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import { serve, type Workload } from '../serve.ts';
import { createTfjsWorkload } from './tfjs.ts';
import { definitions } from './workloads.ts';

/** Fastest first. The native backend (tfjs-node) is not there: it downloads a library when it is installed. */
const BACKENDS = ['wasm', 'cpu'];

/** On the first backend that gets through an iteration; the note says what kept the others from it. */
async function create(name: string): Promise<Workload> {
  const failures: string[] = [];
  for (const backend of BACKENDS) {
    try {
      await tf.setBackend(backend);
      const workload = createTfjsWorkload(definitions[name]!);
      await workload.iterate();
      return { ...workload, note: [`backend ${backend}`, ...failures].join('; ') };
    } catch (problem) {
      failures.push(`${backend} cannot: ${(problem as Error).message.split('\n')[0]}`);
    }
  }
  throw new Error(failures.join('; '));
}

const make = (name: string) => (definitions[name] ? create(name) : undefined);
await serve({ tfjs: tf.version.tfjs, node: process.versions.node }, make, Object.keys(definitions));
