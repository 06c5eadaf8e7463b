/**
 * Draws the curves of a run for docs/results: losses of critic and generator above, and below, where augmentation adapts, its probability and
 * the mean sign of the critic's scores of real images. `npx tsx docs/scripts/results.ts runs/00001-stylegan2-ada-dicebear docs/results/ada-curves.png`
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Color } from '../../src/base/canvas.ts';
import { linePicture, type Series } from '../../src/base/plot.ts';
import { encodePng, type Picture } from '../../src/base/png.ts';

const CRITIC: Color = [0x2a, 0x9d, 0x8f];
const GENERATOR: Color = [0x7b, 0x2c, 0xbf];
/** Columns of a picture: each is the mean of its share of the steps. */
const COLUMNS = 200;

interface Step {
  metrics: Record<string, number>;
}

const [run, out] = process.argv.slice(2);
if (run === undefined || out === undefined) throw new Error('results.ts: give a run and a PNG to write');
const steps = readFileSync(join(run, 'events.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('{"type":"step"'))
  .map((line) => JSON.parse(line) as Step);

const means = (key: string): number[] =>
  Array.from({ length: COLUMNS }, (_, column) => {
    const share = (i: number) => Math.floor((i * steps.length) / COLUMNS);
    const values = steps
      .slice(share(column), share(column + 1))
      .map(({ metrics }) => metrics[key])
      .filter((value) => value !== undefined);
    return values.reduce((total, value) => total + value, 0) / values.length;
  });

const curves = (names: readonly [key: string, color: Color][]): Series[] =>
  names
    .filter(([key]) => steps.some(({ metrics }) => key in metrics))
    .map(([name, color]) => ({ name, color, values: means(name) }));

const losses = curves([
  ['critic/loss', CRITIC],
  ['generator/loss', GENERATOR],
]);
const adaptation = curves([
  ['critic/augmentation', GENERATOR],
  ['critic/realSign', CRITIC],
]);
const panels = [
  linePicture(losses, { height: 220, range: bulkOf(losses) }),
  ...(adaptation.length > 0 ? [linePicture(adaptation, { height: 160, range: [0, 1] })] : []),
];
for (const series of [losses, adaptation]) {
  for (const { name, values } of series) {
    const finite = Array.from(values).filter(Number.isFinite);
    console.log(`${name}: ${Math.min(...finite).toPrecision(3)} to ${Math.max(...finite).toPrecision(3)}`);
  }
}
writeFileSync(out, encodePng(stacked(panels), { Title: `Curves of ${steps.length} steps` }));

/** Where nearly all values lie: one wild step at the start would flatten the rest, and is drawn at the edge. */
function bulkOf(series: readonly Series[]): [number, number] {
  const values = series.flatMap(({ values }) => Array.from(values).filter(Number.isFinite));
  values.sort((a, b) => a - b);
  return [values[Math.floor(values.length * 0.01)]!, values[Math.ceil(values.length * 0.985) - 1]!];
}

/** Pictures of one width below each other. */
function stacked(pictures: readonly Picture[]): Picture {
  const height = pictures.reduce((total, picture) => total + picture.height, 0);
  return { ...pictures[0]!, height, data: Buffer.concat(pictures.map(({ data }) => data)) };
}
