/** jax-js in Node, as WebAssembly on one thread: answers the JSON lines that ../serve.ts describes. */
import { readFileSync } from 'node:fs';
import { init } from '@jax-js/jax';
import { serve } from '../serve.ts';
import { createJaxWorkload } from './jaxjs.ts';
import { definitions } from './workloads.ts';

const path = new URL('./node_modules/@jax-js/jax/package.json', import.meta.url);
const { version } = JSON.parse(readFileSync(path, 'utf8'));
await init('wasm');

/** The first iteration traces and compiles. */
async function create(name: string) {
  const began = performance.now();
  const workload = createJaxWorkload(definitions[name]!);
  await workload.iterate();
  const note = 'backend wasm, which has one thread in Node';
  return { ...workload, compileSeconds: (performance.now() - began) / 1000, note };
}

const make = (name: string) => (definitions[name] ? create(name) : undefined);
await serve({ jaxjs: version, node: process.versions.node }, make, Object.keys(definitions));
