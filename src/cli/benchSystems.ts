import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { GansmithError, UsageError } from '../base/errors.ts';
import { nativeSha256 } from '../data/node/hash.ts';
import { openData } from '../data/node.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import { openFeatureCache } from '../evaluate/node/featureCache.ts';
import { metricsNamed } from '../evaluate/registry.ts';
import { drawSamples, type Hooks } from '../evaluate/sampleSet.ts';
import { openExtractor } from '../features/node.ts';
import { resolveConfig } from '../gan/config.ts';
import type { AnyGan } from '../gan/defineGan.ts';
import type { Executor } from '../runtime/executor.ts';
import { decodeCheckpoint } from '../train/checkpoint.ts';
import { train } from '../train/loop.ts';
import { describeMachine, describeVersions } from '../train/node.ts';
import { compileSampler } from '../train/sampling.ts';
import { momentOf } from '../train/stages.ts';
import { zoo } from '../zoo/index.ts';
import { EXIT } from './errors.ts';
import { executorNamed } from './executors.ts';
import { formatTable } from './format.ts';
import { breathe, Interrupted, watchInterruptions } from './interruption.ts';
import { fillStates } from './load.ts';
import { print } from './output.ts';
import { createProgress, isLive } from './progress.ts';
import { formatScore } from './scoreTable.ts';

export interface SystemsRequest {
  minutes: number;
  samples: number;
  seed: number;
  systems?: string | undefined;
  threads?: number | undefined;
  out: string;
  json: boolean;
}

interface Row {
  system: string;
  steps: number;
  scores: { metric: string; value: number; interval: [number, number] | null }[];
  failed?: string;
}

/** Trains every system on MNIST for the same time, and prints how their samples score. */
export async function benchSystems(request: SystemsRequest): Promise<void> {
  const systems = chosen(request.systems);
  const progress = createProgress(process.stderr);
  const interruption = watchInterruptions(() => {});
  const hooks: Hooks = { breathe: () => breathe(interruption) };
  if (isLive(process.stderr)) hooks.onProgress = progress.working;
  const rows: Row[] = [];
  try {
    const executor = await executorNamed('onnxruntime');
    mkdirSync(request.out, { recursive: true });
    for (const gan of systems) {
      const row = await measure(gan, request, executor, hooks);
      rows.push(row);
      const { minutes, samples, seed } = request;
      const about = { minutes, samples, seed, versions: describeVersions(), machine: describeMachine() };
      appendFileSync(join(request.out, 'results.jsonl'), `${JSON.stringify({ ...row, ...about })}\n`);
      if (request.json) print(JSON.stringify({ ...row, ...about }));
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    process.exitCode = EXIT.interrupted;
  } finally {
    progress.finish();
    interruption.close();
  }
  if (!request.json && rows.length > 0) printRows(rows);
}

function chosen(names: string | undefined): readonly AnyGan[] {
  const systems = zoo.filter(({ data }) => data.includes('images'));
  if (names === undefined) return systems;
  return names.split(',').map((name) => {
    const gan = systems.find((candidate) => candidate.name === name.trim());
    if (gan) return gan;
    throw new UsageError(
      `--systems: there is no system '${name}' for images; there are ${systems.map((known) => known.name).join(', ')}`,
    );
  });
}

async function measure(
  gan: AnyGan,
  { minutes, samples, seed, threads }: SystemsRequest,
  executor: Executor,
  hooks: Hooks,
): Promise<Row> {
  const data = await openData('mnist');
  const config = resolveConfig(gan, {}, data);
  const compile = threads ? { threads } : {};
  let [steps, last] = [0, new Uint8Array()];
  const started = performance.now();
  try {
    for await (const event of train({
      ...{ gan, config, data, executor, seed, minutes, ...compile },
      sampleEvery: Number.MAX_SAFE_INTEGER,
      checkpointEvery: Number.MAX_SAFE_INTEGER,
    })) {
      if (event.type === 'checkpoint') last = Uint8Array.from(event.bytes);
      if (event.type !== 'step') continue;
      steps = event.step;
      const seconds = Math.round((performance.now() - started) / 1000);
      hooks.onProgress?.(Math.min(seconds, 60 * minutes), 60 * minutes, `${gan.name}, seconds`);
      await hooks.breathe?.();
    }
  } catch (error) {
    // A run that diverges is a result too.
    if (!(error instanceof GansmithError) || error instanceof UsageError) throw error;
    return { system: gan.name, steps, scores: [], failed: error.message };
  }
  const states = executor.createStates();
  const checkpoint = decodeCheckpoint(last, `the checkpoint of ${gan.name}`);
  fillStates(states, checkpoint);
  const made = { gan, data, ...momentOf(gan, config, checkpoint.info) };
  const sampler = await compileSampler(executor, made, compile);
  const shape = data.shape as [number, number, number];
  const about = { name: gan.name, samples, seed, shape, classes: data.classes, hash: nativeSha256 };
  const generated = await drawSamples(sampler, states, about, hooks);
  await sampler.release();
  const extractor = await openExtractor('mnist', executor, compile);
  const scores: Row['scores'] = [];
  const metrics = metricsNamed('fd,pr,modes,swd');
  const options = { metrics, generated, real: data, extractor, hooks, cache: openFeatureCache() };
  for await (const { metric, value, interval } of evaluate(options)) scores.push({ metric, value, interval });
  await extractor.release();
  return { system: gan.name, steps, scores };
}

/** A table in Markdown, the best Frechet distance first. */
function printRows(rows: readonly Row[]): void {
  const names = rows.find(({ scores }) => scores.length > 0)?.scores.map(({ metric }) => metric) ?? [];
  const fd = ({ scores }: Row) => scores[0]?.value ?? Infinity;
  const cells = [...rows]
    .sort((a, b) => fd(a) - fd(b))
    .map(({ system, steps, scores, failed }) => [
      `\`${system}\``,
      String(steps),
      ...names.map((_, i) => (failed === undefined ? scoreCell(scores[i]!) : i === 0 ? 'diverged' : '')),
    ]);
  const header = ['system', 'steps', ...names];
  const lines = [header, header.map(() => '---'), ...cells];
  print(formatTable(lines.map((line) => ['|', ...line.flatMap((cell) => [cell, '|'])])));
}

const scoreCell = ({ value, interval }: Row['scores'][number]): string =>
  interval
    ? `${formatScore(value)} (${formatScore(interval[0])} to ${formatScore(interval[1])})`
    : formatScore(value);
