/** jax-js in Node, as WebAssembly on one thread: answers the JSON lines that ../serve.ts describes. */
import { readFileSync } from 'node:fs';
import { init } from '@jax-js/jax';
import { serve } from '../serve.ts';
import { mapEntries } from '../workload.ts';
import { createJaxWorkload } from './jaxjs.ts';
import { definitions, type Sampling, type Training } from './workloads.ts';

const path = new URL('./node_modules/@jax-js/jax/package.json', import.meta.url);
const { version } = JSON.parse(readFileSync(path, 'utf8'));
await init('wasm');

/** The first iteration traces and compiles. */
async function create(definition: Training | Sampling) {
  const began = performance.now();
  const workload = createJaxWorkload(definition);
  await workload.iterate();
  const note = 'backend wasm, which has one thread in Node';
  return { ...workload, warm: true, compileSeconds: (performance.now() - began) / 1000, note };
}

await serve(
  { jaxjs: version, node: process.versions.node },
  mapEntries(definitions, (definition) => () => create(definition)),
);
