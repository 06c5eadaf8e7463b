/** Our side of the benchmark: answers the JSON lines that serve.ts describes. Its arguments are a provider, a precision and a number of threads. */
import { readFileSync } from 'node:fs';
import { PRECISIONS } from '../src/onnx/graph.ts';
import { nodeExecutor, nodeWebGpuExecutor } from '../src/runtime/node.ts';
import { serve } from './serve.ts';
import { mapEntries, oneOf, PROVIDERS, THREADS } from './workload.ts';
import { workloads } from './workloads.ts';

const [provider = 'cpu', precision = 'float32', threads = String(THREADS)] = process.argv.slice(2);
const executor = oneOf('provider', provider, PROVIDERS.node) === 'webgpu' ? nodeWebGpuExecutor : nodeExecutor;
const compile = { threads: Number(threads), precision: oneOf('precision', precision, PRECISIONS) };

const packageVersion = (path: string): string =>
  JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')).version;

const versions = {
  gansmith: packageVersion('../package.json'),
  onnxruntime: packageVersion('../node_modules/onnxruntime-node/package.json'),
  node: process.versions.node,
  threads: compile.threads,
};

await serve(
  versions,
  mapEntries(workloads, (make) => () => make(executor, compile)),
);
