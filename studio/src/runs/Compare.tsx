import { type Signal, useSignal } from '@preact/signals';
import type { Series } from 'gansmith/studio';
import { sampleOf } from '../server.ts';
import { address } from '../shell/route.ts';
import { Chart } from './charts/Chart.tsx';
import { ChartToolbar } from './charts/ChartToolbar.tsx';
import type { Line } from './charts/chartData.ts';
import { Differences } from './Differences.tsx';
import { sampleSteps } from './followRun.ts';
import { BackLink } from './RunPage.tsx';
import { StateBadge } from './StateBadge.tsx';
import { Film } from './samples/Film.tsx';
import { scoresOf } from './scores.ts';
import { type ChartedRun, useFollowed } from './useFollowed.ts';

/** Runs are told apart by colours that mean nothing else, and by their strokes. */
const LOOKS = [
  { colour: '--run-1' },
  { colour: '--run-2', dash: [8, 4] },
  { colour: '--run-3', dash: [2, 3] },
  { colour: '--run-4', dash: [10, 3, 2, 3] },
  { colour: '--run-5', dash: [5, 2] },
  { colour: '--run-6', dash: [1, 2] },
] as const;

/** Several runs on shared axes, their samples side by side at the same step. */
export function Compare({ names }: { names: readonly string[] }) {
  const { runs, view } = useFollowed(names);
  const step = useSignal<number | undefined>(undefined);
  /** Keys that are left out. */
  const left = useSignal<readonly string[]>([]);
  const shown = runs.filter(({ problem }) => problem.value === undefined);
  const all = shown
    .flatMap(({ series }) => (series.value ? [series.value] : []))
    .filter(({ rows }) => rows > 0);
  const keys = [
    ...new Set([
      ...all.flatMap((series) => Object.keys(series.keys)),
      ...shown.flatMap(({ events }) => scoresOf(events.value).map(({ metric }) => `score/${metric}`)),
    ]),
  ];
  const whole = [
    Math.min(...all.map(({ firstStep }) => firstStep)),
    Math.max(...all.map(({ lastStep }) => lastStep)),
  ] as const;
  return (
    <>
      <BackLink />
      <h1>Compare {names.length} runs</h1>
      <ul class="compared">
        {runs.map((run, i) => (
          <li key={run.name}>
            <svg class="swatch" viewBox="0 0 18 8" aria-hidden="true">
              <line
                x1="0"
                x2="18"
                y1="4"
                y2="4"
                stroke={`var(${lookOf(i).colour})`}
                stroke-dasharray={lookOf(i).dash?.join(' ')}
              />
            </svg>
            <a href={address('runs', ['at', run.name])}>{run.name}</a>
            {run.summary.value && <StateBadge state={run.summary.value.state} />}
            {run.problem.value && <span class="problem small">{run.problem.value}</span>}
          </li>
        ))}
      </ul>
      <section class="panel block" aria-labelledby="samples">
        <h2 id="samples">Samples</h2>
        <Film
          reels={shown.map((run) => ({
            label: run.name,
            steps: sampleSteps(run.events.value),
            urlOf: (at) => sampleOf(run.name, at),
          }))}
          step={step}
        />
      </section>
      {keys.length > 0 && (
        <>
          <ChartToolbar {...view} whole={whole} />
          <KeyChoice keys={keys} left={left} />
          <div class="charts several">
            {keys
              .filter((key) => !left.value.includes(key))
              .map((key) => (
                <Chart
                  key={key}
                  title={key}
                  lines={linesOf(key, runs)}
                  log={view.log.value}
                  smoothing={view.smoothing.value}
                  range={view.range}
                  marked={step}
                  whole={all.length === 0 ? undefined : whole}
                  brief
                  file="compared"
                />
              ))}
          </div>
        </>
      )}
      <Differences runs={shown} />
    </>
  );
}

/** Which keys are charted. */
function KeyChoice({ keys, left }: { keys: readonly string[]; left: Signal<readonly string[]> }) {
  if (keys.length < 2) return null;
  const without = (key: string) => left.value.filter((other) => other !== key);
  return (
    <fieldset class="keys">
      <legend class="only-spoken">Charted</legend>
      {keys.map((key) => (
        <label key={key} class="check">
          <input
            type="checkbox"
            checked={!left.value.includes(key)}
            onChange={({ currentTarget }) => {
              left.value = currentTarget.checked ? without(key) : [...without(key), key];
            }}
          />
          {key}
        </label>
      ))}
    </fieldset>
  );
}

const lookOf = (i: number): { colour: string; dash?: readonly number[] } => LOOKS[i % LOOKS.length]!;

/** One key of every run that reports it. */
function linesOf(key: string, runs: readonly ChartedRun[]): Line[] {
  return runs.flatMap((run, i) => {
    const scores = scoresOf(run.events.value).find(({ metric }) => key === `score/${metric}`);
    if (scores) return [{ label: run.name, ...lookOf(i), ...scores, mean: scores.values }];
    const series: Series | undefined = run.series.value;
    const values = series?.keys[key];
    return series && values ? [{ label: run.name, ...lookOf(i), steps: series.steps, ...values }] : [];
  });
}
