// Runs in the page: TensorFlow.js, timed on one of its backends. See ../browser/page.ts.
import '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs';
import { createTimer, mapEntries } from '../workload.ts';
import { createTfjsWorkload } from './tfjs.ts';
import { definitions } from './workloads.ts';

const backend = new URLSearchParams(location.search).get('backend')!;

const makers = mapEntries(definitions, (definition) => async () => {
  if (!(await tf.setBackend(backend)))
    throw new Error(`the backend ${backend} does not start in this browser`);
  const workload = createTfjsWorkload(definition);
  await workload.iterate();
  return { ...workload, warm: true };
});

Object.assign(globalThis, {
  time: createTimer(makers),
  versions: () => ({ tfjs: tf.version.tfjs }),
  ready: true,
});
