/** Our side of the benchmark: answers the JSON lines that serve.ts describes. */
import { readFileSync } from 'node:fs';
import { nodeExecutor } from '../src/runtime/node.ts';
import { serve } from './serve.ts';
import { mapEntries, THREADS } from './workload.ts';
import { workloads } from './workloads.ts';

const packageVersion = (path: string): string =>
  JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')).version;

const versions = {
  gansmith: packageVersion('../package.json'),
  onnxruntime: packageVersion('../node_modules/onnxruntime-node/package.json'),
  node: process.versions.node,
  threads: THREADS,
};

await serve(
  versions,
  mapEntries(workloads, (make) => () => make(nodeExecutor, THREADS)),
);
