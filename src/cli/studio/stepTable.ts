import type { Series } from './api.ts';
import type { StepRow } from './stepLine.ts';

/** The numbers of a run, a column a key; what was not reported in a step is NaN. */
export interface StepTable {
  readonly rows: number;
  /** Seconds of training over all rows. */
  readonly seconds: number;
  /** Images the critic could have seen by the last row. */
  readonly images: number;
  readonly lastStep: number;
  append(row: StepRow): void;
  /** Steps a second over the last rows; undefined before there are any. */
  rate(): number | undefined;
  /**
   * Rows of steps `from` to `to` in at most `buckets` groups, or all in groups that end before the given rows: of each the mean, and
   * the lowest and the highest value.
   */
  series(range: StepRange | { ends: readonly number[] }): Series;
  /** All rows as lines of comma-separated values, some thousand at a time. */
  csv(): Generator<string>;
}

export interface StepRange {
  from?: number | undefined;
  to?: number | undefined;
  buckets: number;
}

/** Rows that the present rate is taken from. */
const RECENT = 200;

export function createStepTable(): StepTable {
  let rows = 0;
  let images = 0;
  let steps = new Float64Array(1024);
  /** Seconds of training up to and including a row. */
  let elapsed = new Float64Array(1024);
  const columns = new Map<string, Float64Array>();
  let keys: readonly string[] = [];
  let ordered: Float64Array[] = [];

  const column = (key: string): Float64Array => {
    const found = columns.get(key) ?? new Float64Array(steps.length).fill(Number.NaN);
    columns.set(key, found);
    return found;
  };
  const grow = () => {
    steps = larger(steps);
    elapsed = larger(elapsed);
    for (const [key, values] of columns) columns.set(key, larger(values));
    ordered = keys.map(column);
  };
  const lastStep = () => (rows === 0 ? 0 : steps[rows - 1]!);
  const boundsOf = (range: StepRange | { ends: readonly number[] }): number[] => {
    if ('ends' in range) return [0, ...range.ends];
    const { from = -Infinity, to = Infinity, buckets } = range;
    return bucketBounds(lowerBound(steps, rows, from), lowerBound(steps, rows, to + 1), buckets);
  };
  const secondsAt = (row: number) => (row < 0 ? 0 : elapsed[row]!);

  return {
    get rows() {
      return rows;
    },
    get seconds() {
      return secondsAt(rows - 1);
    },
    get images() {
      return images;
    },
    get lastStep() {
      return lastStep();
    },
    append(row) {
      if (rows === steps.length) grow();
      if (row.keys !== keys) {
        keys = row.keys;
        ordered = keys.map(column);
      }
      steps[rows] = row.step;
      elapsed[rows] = secondsAt(rows - 1) + row.seconds;
      for (let i = 0; i < ordered.length; i++) ordered[i]![rows] = row.values[i]!;
      images = row.images;
      rows++;
    },
    rate() {
      const counted = Math.min(RECENT, rows);
      const seconds = secondsAt(rows - 1) - secondsAt(rows - 1 - counted);
      return counted > 0 && seconds > 0 ? counted / seconds : undefined;
    },
    series(range) {
      const bounds = boundsOf(range);
      const bucketed = bounds.length - 1 < bounds.at(-1)! - bounds[0]!;
      const ends = bounds.slice(1).map((end) => end - 1);
      return {
        rows,
        firstStep: rows === 0 ? 0 : steps[0]!,
        lastStep: lastStep(),
        bucketed,
        steps: ends.map((row) => steps[row]!),
        seconds: ends.map((row) => elapsed[row]!),
        keys: Object.fromEntries(
          [...columns].map(([key, values]) => [key, summarize(values, bounds, bucketed)]),
        ),
      };
    },
    *csv() {
      const names = [...columns.keys()];
      const lists = [...columns.values()];
      const header = names.map((name) => (/[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name));
      yield `${['step', 'seconds', ...header].join(',')}\n`;
      for (let start = 0; start < rows; start += 4096) {
        const lines: string[] = [];
        for (let row = start; row < Math.min(rows, start + 4096); row++) {
          const cells = lists.map((values) => (Number.isNaN(values[row]!) ? '' : values[row]!));
          lines.push(`${steps[row]},${elapsed[row]},${cells.join(',')}\n`);
        }
        yield lines.join('');
      }
    },
  };
}

function larger(values: Float64Array): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(values.length * 2).fill(Number.NaN, values.length);
  grown.set(values);
  return grown;
}

/** The first of `count` rising values that is at least `wanted`. */
function lowerBound(values: Float64Array, count: number, wanted: number): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rows at which groups begin, and the end of the last: groups of nearly equal size, none empty. */
function bucketBounds(first: number, last: number, buckets: number): number[] {
  const count = Math.max(0, last - first);
  const groups = Math.min(count, buckets);
  if (groups === 0) return [first];
  return Array.from({ length: groups + 1 }, (_, i) => first + Math.floor((i * count) / groups));
}

function summarize(
  values: Float64Array,
  bounds: readonly number[],
  bucketed: boolean,
): Series['keys'][string] {
  const groups = bounds.length - 1;
  const mean: (number | null)[] = new Array(groups);
  if (!bucketed) {
    for (let i = 0; i < groups; i++) mean[i] = finite(values[bounds[i]!]!);
    return { mean };
  }
  const low: (number | null)[] = new Array(groups);
  const high: (number | null)[] = new Array(groups);
  for (let i = 0; i < groups; i++) {
    let [least, most, sum, count] = [Infinity, -Infinity, 0, 0];
    for (let row = bounds[i]!; row < bounds[i + 1]!; row++) {
      const value = values[row]!;
      if (Number.isNaN(value)) continue;
      if (value < least) least = value;
      if (value > most) most = value;
      sum += value;
      count++;
    }
    mean[i] = count === 0 ? null : finite(sum / count);
    low[i] = count === 0 ? null : finite(least);
    high[i] = count === 0 ? null : finite(most);
  }
  return { mean, low, high };
}

/** Seven digits: what a chart shows, in half the text. */
const finite = (value: number): number | null =>
  Number.isFinite(value) ? Number(value.toPrecision(7)) : null;
