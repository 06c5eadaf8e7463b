import { UsageError } from '../base/errors.ts';
import { randomStream } from '../base/random.ts';
import { nativeSha256 } from '../data/node/hash.ts';
import { openData } from '../data/node.ts';
import { type Damage, damages, wrongReactions } from '../evaluate/damage.ts';
import { evaluate, type Score } from '../evaluate/evaluate.ts';
import { openFeatureCache } from '../evaluate/node/featureCache.ts';
import { metricsNamed } from '../evaluate/registry.ts';
import type { Hooks } from '../evaluate/sampleSet.ts';
import { subsetOf } from '../evaluate/subset.ts';
import type { FeatureExtractor } from '../features/extractor.ts';
import { EXIT } from './errors.ts';
import { executorNamed } from './executors.ts';
import { markdownTable } from './format.ts';
import { interruptible } from './interruptible.ts';
import { openFeatures } from './openFeatures.ts';
import { print } from './output.ts';
import { formatScore } from './scoreTable.ts';

export interface DamageRequest {
  features: string;
  samples: number;
  /** Training digits that samples are compared with. */
  training: number;
  only?: string | undefined;
  threads?: number | undefined;
  json: boolean;
}

type Row = Record<string, Score>;

/** Spoils held-out digits in five ways, and prints what every metric makes of it. */
export const benchDamage = (request: DamageRequest): Promise<void> =>
  interruptible(async ({ hooks }) => {
    const wrong = await spoil(request, hooks);
    for (const sentence of wrong) process.stderr.write(`${sentence}\n`);
    if (wrong.length > 0) process.exitCode = EXIT.failed;
  });

async function spoil(request: DamageRequest, hooks: Hooks): Promise<string[]> {
  const { features, samples, threads, json } = request;
  const kinds = chosen(request.only);
  const digits = await openData('mnist');
  const first = Uint32Array.from({ length: request.training }, (_, i) => i);
  const training = subsetOf(digits, first, `mnist 0-${request.training - 1}`);
  const test = await openData('mnist:test');
  // In a random order: the first half of the test digits is neater than the second.
  const order = randomStream(0, 'damage', 'digits').permutation(test.count);
  const good = subsetOf(test, order.subarray(0, samples), 'good samples');
  const heldOut = subsetOf(test, order.subarray(samples, 2 * samples), 'held-out');
  const executor = await executorNamed('onnxruntime');
  const extractor = await openFeatures(features, digits, { executor, threads, ...hooks });
  const metrics = metricsNamed(
    `fd,kd,pr,dc,memorisation,swd,ms-ssim${extractor.classes.length > 0 ? ',is,modes' : ''}`,
  );
  const score = async (generated: typeof test): Promise<Row> => {
    const row: Row = {};
    const options = { metrics, generated, real: training, heldOut, extractor, hooks };
    for await (const found of evaluate({ ...options, cache: openFeatureCache() })) row[found.metric] = found;
    return row;
  };
  const show = (about: Record<string, unknown>, row: Row) => {
    if (json) print(JSON.stringify({ ...about, features, ...valuesOf(row) }));
  };
  const clean = await score(good);
  const wrong: string[] = [];
  show({ damage: 'none' }, clean);
  const table: string[][] = [];
  for (const damage of kinds) {
    const rows = [clean];
    for (const { level, label } of damage.levels) {
      const row = await score(damage.apply(good, level, training, nativeSha256));
      rows.push(row);
      show({ damage: damage.name, level, label }, row);
    }
    table.push(...tableRows(damage, rows.slice(1)));
    wrong.push(...wrongReactions(knownOf(damage, clean), rows));
  }
  if (!json) printTable(extractor, [['none', ...cellsOf(clean)], ...table], clean);
  await extractor.release();
  return wrong;
}

/** The damages a user names. @throws UsageError for an unknown one. */
function chosen(names: string | undefined): readonly Damage[] {
  if (names === undefined) return damages;
  return names.split(',').map((written) => {
    const found = damages.find(({ name }) => name === written.trim());
    if (found) return found;
    throw new UsageError(
      `--only: there is no damage '${written}'; there are ${damages.map(({ name }) => `'${name}'`).join(', ')}`,
    );
  });
}

const valuesOf = (row: Row): Record<string, number> =>
  Object.fromEntries(Object.entries(row).map(([metric, { value }]) => [metric, value]));

const cellsOf = (row: Row): string[] => Object.values(row).map(({ value }) => formatScore(value));

/** The damage with those reactions alone that these features can show. */
const knownOf = (damage: Damage, clean: Row): Damage => ({
  ...damage,
  levels: [{ level: 0, label: 'none' }, ...damage.levels],
  worse: Object.fromEntries(Object.entries(damage.worse).filter(([metric]) => metric in clean)),
});

const tableRows = ({ name, levels, worse }: Damage, rows: readonly Row[]): string[][] =>
  rows.map((row, i) => [
    `${name} ${levels[i]!.label}`,
    ...Object.keys(row).map((metric, at) =>
      metric in worse ? `**${cellsOf(row)[at]}**` : cellsOf(row)[at]!,
    ),
  ]);

function printTable({ name, hash }: FeatureExtractor, rows: readonly string[][], clean: Row): void {
  const header = ['damage', ...Object.keys(clean)];
  print(
    `Features ${name}, hash ${hash.slice(0, 12)}. Bold numbers must get worse from line to line, as far as their intervals tell.`,
  );
  print();
  print(markdownTable([header, ...rows]));
}
