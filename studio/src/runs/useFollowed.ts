import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Series } from 'gansmith/studio';
import { useEffect, useMemo } from 'preact/hooks';
import { type FollowedRun, followRuns } from './followRun.ts';
import { loadSeries, type Range } from './loadSeries.ts';

/** How charts are shown; the same for all charts of a page. */
export interface ChartView {
  range: Signal<Range>;
  smoothing: Signal<number>;
  log: Signal<boolean>;
}

export interface ChartedRun extends FollowedRun {
  series: ReadonlySignal<Series | undefined>;
}

/** Follows runs with their numbers while the page is shown. `names` must not change; give the page a key. */
export function useFollowed(names: readonly string[]): { runs: readonly ChartedRun[]; view: ChartView } {
  const [made, end] = useMemo(() => {
    const view: ChartView = { range: signal<Range>(undefined), smoothing: signal(0), log: signal(false) };
    const following = followRuns(names);
    const loaded = following.runs.map((run) => loadSeries(run.name, run.rows, view.range));
    const runs = following.runs.map((run, i): ChartedRun => ({ ...run, series: loaded[i]!.series }));
    const end = () => {
      following.end();
      for (const { end } of loaded) end();
    };
    return [{ runs, view }, end] as const;
  }, []);
  useEffect(() => end, [end]);
  return made;
}
