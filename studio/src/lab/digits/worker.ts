import { compileSampler, resolveConfig, train } from 'gansmith';
import { createWebGpuExecutor, webExecutor } from 'gansmith/runtime';
import { dcgan } from 'gansmith/zoo';
import { isRuntimeThread } from '../../parts/workerScope.ts';
import { loadDigits } from './loadDigits.ts';
import type { DigitsAnswer, DigitsRequest, DigitsSetup } from './protocol.ts';

/** Samples in a look, and milliseconds between looks. */
const SAMPLES = 64;
const LOOK = 1000;

const scope = globalThis as unknown as {
  onmessage: (event: { data: DigitsRequest }) => void;
  postMessage(answer: DigitsAnswer): void;
};

/** Steps that may still be made without being asked. */
let allowed = 0;
let wake = () => {};

const onMessage: typeof scope.onmessage = ({ data: request }) => {
  if (request.type === 'open') {
    allowed = request.setup.steps;
    learn(request.setup).catch((error: unknown) =>
      scope.postMessage({ type: 'failed', message: error instanceof Error ? error.message : String(error) }),
    );
    return;
  }
  allowed = { run: Number.POSITIVE_INFINITY, pause: 0, step: 1 }[request.type];
  wake();
};
if (!isRuntimeThread) scope.onmessage = onMessage;

async function learn({ seed, width, batch, on }: DigitsSetup): Promise<void> {
  scope.postMessage({ type: 'doing', what: 'Loading digits' });
  const data = await loadDigits();
  scope.postMessage({ type: 'doing', what: 'Compiling the networks' });
  const executor = on === 'webgpu' ? await createWebGpuExecutor() : webExecutor;
  const config = resolveConfig(dcgan, { preset: 'small', width, batch, average: 0 }, data);
  const states = executor.createStates();
  const sampler = await compileSampler(executor, { gan: dcgan, config, data }, { batch: SAMPLES });
  const seeds = Array.from({ length: SAMPLES }, (_, i) => i);
  const never = Number.POSITIVE_INFINITY;
  const events = train({
    gan: dcgan,
    config,
    data,
    executor,
    states,
    seed,
    sampleEvery: never,
    checkpointEvery: never,
    sampleCount: 1,
  });
  let losses: number[] = [];
  let [step, made, started] = [0, 0, performance.now()];
  const look = async () => {
    const start = performance.now();
    const samples = await sampler.sample({ seeds }, states);
    scope.postMessage({
      type: 'look',
      step,
      rate: (1000 * made) / Math.max(1, start - started),
      took: performance.now() - start,
      samples: Float32Array.from(samples.data),
      losses: Float64Array.from(losses),
    });
    losses = [];
    [made, started] = [0, performance.now()];
  };
  for await (const event of events) {
    if (event.type === 'step') {
      step = event.step;
      made++;
      allowed--;
      losses.push(step, event.metrics['critic/loss']!, event.metrics['generator/loss']!);
      // Lets messages in.
      await new Promise((resolve) => setTimeout(resolve));
    } else if (event.type !== 'checkpoint') continue;
    if (allowed > 0 && performance.now() - started > LOOK) await look();
    if (allowed > 0) continue;
    await look();
    while (allowed <= 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    started = performance.now();
  }
}
