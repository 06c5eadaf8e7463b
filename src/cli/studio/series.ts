import type { Series } from './api.ts';
import { Refusal } from './guard.ts';
import type { Library } from './library.ts';
import { isLong, sampledSeries } from './overview.ts';
import type { StepRange } from './stepTable.ts';

const MOST_BUCKETS = 4000;

/** The numbers of a run as a request asks for them: from a few places of a long log as long as the whole is being read. */
export async function seriesOf(library: Library, run: string, query: URLSearchParams): Promise<Series> {
  const range = rangeOf(query);
  const isWhole = range.from === undefined && range.to === undefined;
  const known = await library.knownLog(run);
  if (!known.isRead && isWhole && isLong(known.path)) {
    const series = sampledSeries(known.path, range.buckets);
    // Once this is answered. What goes wrong there, the next request tells.
    setImmediate(() => known.refresh().catch(() => {}));
    return series;
  }
  const log = await library.log(run);
  // Of what is looked at closely nothing may be missing.
  if (!log.isRead) await log.refresh();
  return log.table.series(range);
}

function rangeOf(query: URLSearchParams): StepRange {
  const number = (name: string) => {
    const text = query.get(name);
    if (text === null) return undefined;
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value)) throw new Refusal(400, `${name}: expected a number`);
    return value;
  };
  const buckets = number('buckets') ?? 1000;
  if (!Number.isInteger(buckets) || buckets < 1 || buckets > MOST_BUCKETS) {
    throw new Refusal(400, `buckets: expected a whole number from 1 to ${MOST_BUCKETS}`);
  }
  return { from: number('from'), to: number('to'), buckets };
}
