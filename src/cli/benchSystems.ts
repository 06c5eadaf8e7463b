import { nativeSha256 } from '../data/node/hash.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import type { Metric } from '../evaluate/metric.ts';
import { openFeatureCache } from '../evaluate/node/featureCache.ts';
import { metricsNamed } from '../evaluate/registry.ts';
import { drawSamples, type Hooks } from '../evaluate/sampleSet.ts';
import { unpad } from '../evaluate/unpad.ts';
import type { FeatureExtractor } from '../features/extractor.ts';
import type { Executor } from '../runtime/executor.ts';
import { decodeCheckpoint } from '../train/checkpoint.ts';
import { train } from '../train/loop.ts';
import { describeMachine, describeVersions } from '../train/node.ts';
import { NonFiniteError } from '../train/nonFinite.ts';
import { compileSampler } from '../train/sampling.ts';
import { momentOf } from '../train/stages.ts';
import { openBenchFolder, type TrialRecord } from './benchFolder.ts';
import { printSystems } from './benchSystemsTable.ts';
import { openTasks, type Task } from './benchSystemsTasks.ts';
import { executorNamed } from './executors.ts';
import { interruptible } from './interruptible.ts';
import { fillStates } from './load.ts';
import { openFeatures } from './openFeatures.ts';
import { print } from './output.ts';
import { recipeFingerprint } from './recipeFingerprint.ts';

export interface SystemsRequest {
  /** Of processor time for each system. */
  minutes: number;
  data: string;
  samples: number;
  seed: number;
  systems?: string | undefined;
  threads: number;
  out: string;
  json: boolean;
}

/** What all systems share. */
interface Setting {
  request: SystemsRequest;
  tasks: readonly Task[];
  executor: Executor;
  extractor: FeatureExtractor;
  metrics: readonly Metric[];
  hooks: Hooks;
}

/** Trains every system for the same processor time, unless it is on record, and prints how their samples score. */
export async function benchSystems(request: SystemsRequest): Promise<void> {
  const records: TrialRecord[] = [];
  await interruptible(async ({ hooks }) => {
    const setting = await openSetting(request, hooks);
    const folder = openBenchFolder(request.out);
    for (const task of setting.tasks) {
      const recipe = recipeOf(setting, task);
      const fingerprint = recipeFingerprint(recipe);
      const kept = folder.find(fingerprint, request.seed);
      const record = kept ?? { ...(await measure(setting, task)), recipe: fingerprint };
      if (!kept) folder.add(record, { ...recipe, versions: describeVersions(), machine: describeMachine() });
      records.push(record);
      if (request.json) print(JSON.stringify(record));
    }
    await setting.extractor.release();
  });
  if (!request.json && records.length > 0) printSystems(records);
}

async function openSetting(request: SystemsRequest, hooks: Hooks): Promise<Setting> {
  // First, since features may have to be learned for minutes: systems that cannot learn the data are told at once.
  const { data, tasks } = await openTasks(request, hooks.onProgress ? { onProgress: hooks.onProgress } : {});
  const executor = await executorNamed('onnxruntime');
  const extractor = await openFeatures(undefined, data, { executor, threads: request.threads, ...hooks });
  const metrics = metricsNamed(extractor.classes.length > 0 ? 'fd,pr,modes,swd' : 'fd,pr,swd');
  return { request, tasks, executor, extractor, metrics, hooks };
}

/** Everything that a row depends on besides its seed. */
const recipeOf = (
  { request: { minutes, samples, threads }, extractor, metrics }: Setting,
  { gan, data, config }: Task,
): Record<string, unknown> => ({
  data: { name: data.name, fingerprint: data.fingerprint },
  gan: gan.name,
  config,
  ...{ minutes, samples, threads },
  features: extractor.hash,
  metrics: metrics.map(({ name, protocol }) => [name, protocol]),
});

/** Seconds of processor time that this process has taken, in all its threads. */
const processorSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

async function measure(setting: Setting, { gan, data, config }: Task): Promise<TrialRecord> {
  const { request, executor, extractor, metrics, hooks } = setting;
  const { minutes, samples, seed, threads } = request;
  const { real, crop, notes } = unpad(data);
  const about = { data: data.name, protocol: `${minutes} minutes`, system: gan.name, seed };
  const allowed = 60 * minutes;
  let [steps, last] = [0, new Uint8Array()];
  let started: number | undefined;
  // Asked first when everything is compiled: what counts is training alone.
  const used = () => {
    started ??= processorSeconds();
    return processorSeconds() - started;
  };
  try {
    for await (const event of train({
      ...{ gan, config, data, executor, seed, threads, shouldStop: () => used() >= allowed },
      sampleEvery: Number.MAX_SAFE_INTEGER,
      checkpointEvery: Number.MAX_SAFE_INTEGER,
    })) {
      if (event.type === 'checkpoint') last = Uint8Array.from(event.bytes);
      if (event.type !== 'step') continue;
      steps = event.step;
      hooks.onProgress?.(Math.min(Math.round(used()), allowed), allowed, `${gan.name}, processor seconds`);
      await hooks.breathe?.();
    }
  } catch (error) {
    // A run that diverges is a result too.
    if (!(error instanceof NonFiniteError)) throw error;
    return { ...about, steps, failed: error.message };
  }
  const seconds = Number(used().toFixed(1));
  const states = executor.createStates();
  const checkpoint = decodeCheckpoint(last, `the checkpoint of ${gan.name}`);
  fillStates(states, checkpoint);
  const made = { gan, data, ...momentOf(gan, config, checkpoint.info) };
  const sampler = await compileSampler(executor, made, { threads });
  const shape = data.shape as [number, number, number];
  const named = { name: gan.name, samples, seed, shape, classes: data.classes, hash: nativeSha256 };
  const generated = crop(await drawSamples(sampler, states, named, hooks));
  await sampler.release();
  const record: TrialRecord = { ...about, steps, seconds };
  if (notes.length > 0) record.note = notes.join('; ');
  const options = { metrics, generated, real, extractor, hooks, cache: openFeatureCache() };
  for await (const { metric, value, interval } of evaluate(options)) {
    record[metric] = value;
    if (interval) [record[`${metric}-low`], record[`${metric}-high`]] = interval;
  }
  return record;
}
