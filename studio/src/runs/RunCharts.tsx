import type { Signal } from '@preact/signals';
import type { Series } from 'gansmith/studio';
import { useMemo } from 'preact/hooks';
import { formatCount } from '../parts/format.ts';
import { Icon } from '../parts/icons.tsx';
import { pathOf } from '../server.ts';
import { Chart } from './charts/Chart.tsx';
import { ChartToolbar } from './charts/ChartToolbar.tsx';
import type { Line } from './charts/chartData.ts';
import { type ChartGroup, chartGroups, colourOfPhase, splitKey } from './charts/chartGroups.ts';
import { type Scores, scoresOf } from './scores.ts';
import type { ChartedRun, ChartView } from './useFollowed.ts';

interface RunChartsProps {
  run: ChartedRun;
  view: ChartView;
  /** Step of the samples beside, marked in the charts. */
  step: Signal<number | undefined>;
}

/** A chart for every key that the phases report. */
export function RunCharts({ run, view, step }: RunChartsProps) {
  const series = run.series.value;
  const events = run.events.value;
  const groups = useMemo(
    () => (series ? [...linesOf(series), ...scoreGroup(scoresOf(events))] : []),
    [series, events],
  );
  if (!series || series.rows === 0) return <p class="soft empty">No steps yet.</p>;
  return (
    <>
      <ChartToolbar {...view} whole={[series.firstStep, series.lastStep]}>
        <a class="button" href={pathOf('runs', run.name, 'steps.csv')} download={`${run.name}.csv`}>
          <Icon name="save" /> All numbers
        </a>
      </ChartToolbar>
      {series.sampled && (
        <p class="soft small" role="status">
          A look at some of {formatCount(series.rows)} steps; all of them in a moment.
        </p>
      )}
      {groups.map(({ title, charts }) => (
        <section key={title} class="chart-group">
          <h2>{title}</h2>
          <div class={charts.length > 1 ? 'charts several' : 'charts'}>
            {charts.map((chart) => (
              <Chart
                key={chart.title}
                title={chart.title}
                lines={chart.lines}
                log={view.log.value}
                smoothing={view.smoothing.value}
                range={view.range}
                marked={step}
                whole={title === 'Scores' ? [series.firstStep, series.lastStep] : undefined}
                height={title === 'Losses' ? 260 : 170}
                file={run.name}
              />
            ))}
          </div>
        </section>
      ))}
    </>
  );
}

const titleOf = (metric: string, better: string): string =>
  better === 'lower' || better === 'higher' ? `${metric} (${better} is better)` : metric;

/** A chart for every metric that the run was scored by while it trained, with its intervals. */
const scoreGroup = (scores: readonly Scores[]): ReturnType<typeof linesOf> =>
  scores.length === 0
    ? []
    : [
        {
          title: 'Scores',
          charts: scores.map(({ metric, better, steps, values, low, high }) => ({
            title: titleOf(metric, better),
            lines: [{ label: titleOf(metric, better), colour: '--ink', steps, mean: values, low, high }],
          })),
        },
      ];

/** Phases that share a colour are told apart by their strokes. */
const DASHES: readonly (readonly number[] | undefined)[] = [undefined, [7, 4], [2, 3], [10, 3, 2, 3]];

function linesOf(
  series: Series,
): { title: ChartGroup['title']; charts: { title: string; lines: Line[] }[] }[] {
  return chartGroups(Object.keys(series.keys)).map(({ title, charts }) => ({
    title,
    charts: charts.map((chart) => {
      const used = new Map<string, number>();
      const lines = chart.keys.map((key): Line => {
        const colour = colourOfPhase(splitKey(key).phase);
        const before = used.get(colour) ?? 0;
        used.set(colour, before + 1);
        const dash = DASHES[before % DASHES.length];
        return { label: key, colour, steps: series.steps, ...series.keys[key]!, ...(dash ? { dash } : {}) };
      });
      return { title: chart.title, lines };
    }),
  }));
}
