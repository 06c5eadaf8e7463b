import { type Signal, useSignal } from '@preact/signals';
import { useState } from 'preact/hooks';
import { FilmMenu } from '../parts/film/FilmMenu.tsx';
import { formatCount, formatDuration, formatRate, formatValue } from '../parts/format.ts';
import { Icon } from '../parts/icons.tsx';
import { sampleOf } from '../server.ts';
import { address } from '../shell/route.ts';
import { Facts } from './Facts.tsx';
import { Findings } from './Findings.tsx';
import { sampleSteps } from './followRun.ts';
import { Rates } from './Rates.tsx';
import { RunCharts } from './RunCharts.tsx';
import { RunControls } from './RunControls.tsx';
import { StateBadge } from './StateBadge.tsx';
import { Film } from './samples/Film.tsx';
import { filmOfSamples } from './samples/filmOfSamples.ts';
import { shareDone, stepText, timeLeft } from './summaryText.ts';
import { type ChartedRun, useFollowed } from './useFollowed.ts';

/** One run: how it learns, what it makes, what it is made of. */
export function RunPage({ name }: { name: string }) {
  const { runs, view } = useFollowed([name]);
  const run = runs[0]!;
  const step = useSignal<number | undefined>(undefined);
  const problem = run.problem.value;
  if (problem !== undefined) {
    return (
      <>
        <BackLink />
        <h1>{name}</h1>
        <p class="notice failed">{problem}</p>
      </>
    );
  }
  const detail = run.detail.value;
  return (
    <>
      <BackLink />
      <Head run={run} />
      <div class="run-page">
        <div class="run-samples">
          <Samples run={run} step={step} />
        </div>
        <div class="run-charts">
          <RunCharts run={run} view={view} step={step} />
        </div>
        <div class="run-more">
          {run.summary.value && <Rates run={run.summary.value} events={run.events.value} />}
          <Findings events={run.events.value} />
          {detail && <Facts detail={detail} />}
        </div>
      </div>
    </>
  );
}

export const BackLink = () => (
  <p class="back">
    <a href={address('runs')}>
      <Icon name="back" /> All runs
    </a>
  </p>
);

function Head({ run }: { run: ChartedRun }) {
  const summary = run.summary.value;
  const seconds = run.seconds.value;
  if (!summary) return <h1>{run.name}</h1>;
  const share = shareDone(summary, seconds);
  const trouble = summary.message ?? run.trouble.value;
  const facts = [
    stepText(summary),
    `${formatCount(summary.images)} images`,
    summary.rate !== undefined && formatRate(summary.rate),
    `${formatDuration(seconds)} of training`,
    timeLeft(summary, seconds),
    summary.best &&
      `best ${summary.best.metric} ${formatValue(summary.best.value)} at step ${summary.best.step}`,
  ].filter((fact) => fact !== undefined && fact !== false);
  return (
    <div class="head">
      <div class="heading">
        <h1>{run.name}</h1>
        <span role="status">
          <StateBadge state={summary.state} />
        </span>
        <RunControls run={summary} />
        <a class="button" href={address('explorer', [], [['run', run.name]])}>
          Explore
        </a>
      </div>
      <p class="soft numbers">
        {summary.gan} on {summary.data} · {facts.join(' · ')}
      </p>
      {share !== undefined && summary.state !== 'done' && (
        <progress max={1} value={share} aria-label="Share of the plan" />
      )}
      {trouble && (
        <p class="notice failed" role="alert">
          {trouble}
        </p>
      )}
    </div>
  );
}

function Samples({ run, step }: { run: ChartedRun; step: Signal<number | undefined> }) {
  const steps = sampleSteps(run.events.value);
  const [problem, setProblem] = useState<string>();
  const film = () =>
    filmOfSamples(
      run.name,
      steps.map((at) => sampleOf(run.name, at)),
    );
  return (
    <section class="panel block" aria-labelledby="samples">
      <div class="heading">
        <h2 id="samples">Samples</h2>
        <div class="actions">
          <FilmMenu what="samples" film={steps.length < 2 ? undefined : film} onProblem={setProblem} />
        </div>
      </div>
      {problem && <p class="notice failed">{problem}</p>}
      <Film reels={[{ label: run.name, steps, urlOf: (at) => sampleOf(run.name, at) }]} step={step} />
    </section>
  );
}
