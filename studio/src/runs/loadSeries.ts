import { effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Series } from 'gansmith/studio';
import { get, pathOf } from '../server.ts';

/** Steps from and to that charts show; undefined for all. */
export type Range = readonly [from: number, to: number] | undefined;

/** Groups that the server gathers rows in: about one for each pixel of a wide chart. */
const BUCKETS = 1200;

/** Milliseconds until a look at a few places is asked for anew. */
const SAMPLED_AGAIN = 400;

/**
 * The numbers of a run in a range of steps, read anew when the range changes or the run has grown. One request at a time:
 * what changed meanwhile is asked for by the next.
 *
 * @returns the series, and what ends the reading
 */
export function loadSeries(
  name: string,
  rows: ReadonlySignal<number>,
  range: Signal<Range>,
): { series: ReadonlySignal<Series | undefined>; end: () => void } {
  const series = signal<Series | undefined>(undefined);
  let busy = false;
  let again = false;
  let ended = false;

  const load = async () => {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    do {
      again = false;
      const query = new URLSearchParams({ buckets: String(BUCKETS) });
      const shown = range.peek();
      if (shown) {
        query.set('from', String(Math.floor(shown[0])));
        query.set('to', String(Math.ceil(shown[1])));
      }
      const read = await get<Series>(`${pathOf('runs', name, 'series')}?${query}`).catch(() => undefined);
      if (ended) return;
      if (read) series.value = read;
      if (read?.sampled) {
        await new Promise((resolve) => setTimeout(resolve, SAMPLED_AGAIN));
        again = true;
      }
    } while (again && !ended);
    busy = false;
  };

  const stop = effect(() => {
    void rows.value;
    void range.value;
    void load();
  });
  return {
    series,
    end() {
      ended = true;
      stop();
    },
  };
}
