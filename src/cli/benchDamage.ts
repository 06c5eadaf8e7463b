import { nativeSha256 } from '../data/node/hash.ts';
import { openData } from '../data/node.ts';
import { type Damage, damages, subsetOf, wrongReactions } from '../evaluate/damage.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import { openFeatureCache } from '../evaluate/node/featureCache.ts';
import { metricsNamed } from '../evaluate/registry.ts';
import type { Hooks } from '../evaluate/sampleSet.ts';
import type { FeatureExtractor } from '../features/extractor.ts';
import { EXIT } from './errors.ts';
import { executorNamed } from './executors.ts';
import { formatTable } from './format.ts';
import { breathe, Interrupted, watchInterruptions } from './interruption.ts';
import { openFeatures } from './openFeatures.ts';
import { print } from './output.ts';
import { createProgress, isLive } from './progress.ts';
import { formatScore } from './scoreTable.ts';

export interface DamageRequest {
  features: string;
  samples: number;
  threads?: number | undefined;
  json: boolean;
}

/** Training digits that samples are compared with: all of them would take three times as long. */
const TRAINING = 20_000;

type Row = Record<string, number>;

/** Spoils held-out digits in five ways, and prints what every metric makes of it. */
export async function benchDamage(request: DamageRequest): Promise<void> {
  const progress = createProgress(process.stderr);
  const interruption = watchInterruptions(() => {});
  const hooks: Hooks = {
    breathe: () => breathe(interruption),
    ...(isLive(process.stderr) ? { onProgress: progress.working } : {}),
  };
  try {
    const wrong = await spoil(request, hooks);
    for (const sentence of wrong) process.stderr.write(`${sentence}\n`);
    if (wrong.length > 0) process.exitCode = EXIT.failed;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    process.exitCode = EXIT.interrupted;
  } finally {
    progress.finish();
    interruption.close();
  }
}

async function spoil({ features, samples, threads, json }: DamageRequest, hooks: Hooks): Promise<string[]> {
  const digits = await openData('mnist');
  const training = subsetOf(
    digits,
    Uint32Array.from({ length: TRAINING }, (_, i) => i),
    `mnist 0-${TRAINING - 1}`,
  );
  const test = await openData('mnist:test');
  const part = (from: number, name: string) =>
    subsetOf(
      test,
      Uint32Array.from({ length: samples }, (_, i) => from + i),
      name,
    );
  const [good, heldOut] = [part(0, 'good samples'), part(test.count - samples, 'held-out')];
  const executor = await executorNamed('onnxruntime');
  const extractor = await openFeatures(features, digits, { executor, threads, ...hooks });
  const metrics = metricsNamed(
    `fd,kd,pr,dc,memorisation,swd,ms-ssim${extractor.classes.length > 0 ? ',is,modes' : ''}`,
  );
  const score = async (generated: typeof test): Promise<Row> => {
    const row: Row = {};
    const options = { metrics, generated, real: training, heldOut, extractor, hooks };
    for await (const { metric, value } of evaluate({ ...options, cache: openFeatureCache() }))
      row[metric] = value;
    return row;
  };
  const clean = await score(good);
  const wrong: string[] = [];
  if (json) print(JSON.stringify({ damage: 'none', features, ...clean }));
  const table: string[][] = [];
  for (const damage of damages) {
    const rows = [clean];
    for (const { level, label } of damage.levels) {
      const row = await score(damage.apply(good, level, training, nativeSha256));
      rows.push(row);
      if (json) print(JSON.stringify({ damage: damage.name, level, label, features, ...row }));
    }
    table.push(...tableRows(damage, rows.slice(1)));
    wrong.push(...wrongReactions(knownOf(damage, clean), rows));
  }
  if (!json) printTable(extractor, [['none', ...Object.values(clean).map(formatScore)], ...table], clean);
  await extractor.release();
  return wrong;
}

/** The damage with those reactions alone that these features can show. */
const knownOf = (damage: Damage, clean: Row): Damage => ({
  ...damage,
  levels: [{ level: 0, label: 'none' }, ...damage.levels],
  worse: Object.fromEntries(Object.entries(damage.worse).filter(([metric]) => metric in clean)),
});

const tableRows = ({ name, levels, worse }: Damage, rows: readonly Row[]): string[][] =>
  rows.map((row, i) => [
    `${name} ${levels[i]!.label}`,
    ...Object.entries(row).map(([metric, value]) =>
      metric in worse ? `**${formatScore(value)}**` : formatScore(value),
    ),
  ]);

function printTable({ name, hash }: FeatureExtractor, rows: readonly string[][], clean: Row): void {
  const header = ['damage', ...Object.keys(clean)];
  const lines = [header, header.map(() => '---'), ...rows];
  print(`Features ${name}, hash ${hash.slice(0, 12)}. Bold numbers must get worse from line to line.`);
  print();
  print(formatTable(lines.map((cells) => ['|', ...cells.flatMap((cell) => [cell, '|'])])));
}
