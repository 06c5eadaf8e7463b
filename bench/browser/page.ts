// Runs in the page: gansmith, timed. `globalThis.time` answers as a worker of ../child.ts does.
import { PRECISIONS } from '../../src/onnx/graph.ts';
import { createWebGpuExecutor, webExecutor } from '../../src/runtime/web.ts';
import { createTimer, mapEntries, oneOf, THREADS } from '../workload.ts';
import { browserWorkloads } from '../workloads.ts';

const query = new URLSearchParams(location.search);
const precision = oneOf('precision', query.get('precision') ?? 'float32', PRECISIONS);
const executor = query.get('provider') === 'webgpu' ? createWebGpuExecutor() : Promise.resolve(webExecutor);
const makers = mapEntries(
  browserWorkloads,
  (make) => async () => make(await executor, { threads: THREADS, precision }),
);

Object.assign(globalThis, { time: createTimer(makers), versions: () => ({}), ready: true });
