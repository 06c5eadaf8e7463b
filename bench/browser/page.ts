// Runs in the page: gansmith, timed. `globalThis.time` answers as a worker of ../child.ts does.
import { createWebGpuExecutor, webExecutor } from '../../src/runtime/web.ts';
import { createTimer, mapEntries, THREADS } from '../workload.ts';
import { browserWorkloads } from '../workloads.ts';

const provider = new URLSearchParams(location.search).get('provider');
const executor = provider === 'webgpu' ? createWebGpuExecutor() : Promise.resolve(webExecutor);
const makers = mapEntries(browserWorkloads, (make) => async () => make(await executor, THREADS));

Object.assign(globalThis, { time: createTimer(makers), versions: () => ({}), ready: true });
