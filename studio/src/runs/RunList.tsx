import { useSignal } from '@preact/signals';
import type { RunSummary } from 'gansmith/studio';
import { useEffect, useState } from 'preact/hooks';
import { formatAgo, formatRate, formatValue } from '../parts/format.ts';
import { Icon } from '../parts/icons.tsx';
import { follow, get, pathOf, ServerError, sampleOf } from '../server.ts';
import { address } from '../shell/route.ts';
import { StateBadge } from './StateBadge.tsx';
import { shareDone, stepText, timeLeft } from './summaryText.ts';

/** All runs of the folder, the newest first. */
export function RunList() {
  const runs = useSignal<RunSummary[] | undefined>(undefined);
  const [problem, setProblem] = useState<string>();
  const chosen = useSignal<readonly string[]>([]);

  useEffect(() => {
    let end = () => {};
    get<RunSummary[]>(pathOf('runs')).then(
      (list) => {
        runs.value = list;
        end = follow([], {
          runs: (news) => {
            runs.value = news;
          },
        });
      },
      (error) => setProblem(error instanceof ServerError ? error.message : String(error)),
    );
    return () => end();
  }, [runs]);

  if (problem !== undefined) {
    return (
      <>
        <h1>Runs</h1>
        <p class="notice">{problem}</p>
      </>
    );
  }
  const list = runs.value;
  const toggle = (name: string) => {
    const without = chosen.value.filter((other) => other !== name);
    chosen.value = without.length < chosen.value.length ? without : [...without, name];
  };
  return (
    <>
      <div class="heading">
        <h1>Runs</h1>
        {list && <p class="soft numbers">{list.length === 1 ? '1 run' : `${list.length} runs`}</p>}
        <div class="actions">
          <CompareLink names={chosen.value} />
          <a class="button main" href={address('runs', ['new'])}>
            <Icon name="plus" /> Start a run
          </a>
        </div>
      </div>
      {list?.length === 0 && (
        <p class="empty soft">
          There are no runs yet. Start one here, or in a terminal:{' '}
          <code>gansmith train dcgan --data mnist</code>
        </p>
      )}
      <ul class="runs">
        {list?.map((run) => (
          <RunCard key={run.name} run={run} chosen={chosen.value.includes(run.name)} toggle={toggle} />
        ))}
      </ul>
    </>
  );
}

function CompareLink({ names }: { names: readonly string[] }) {
  if (names.length < 2) {
    return (
      <button type="button" class="button" disabled title="Choose two runs or more">
        Compare
      </button>
    );
  }
  const query = names.map((name): [string, string] => ['run', name]);
  return (
    <a class="button" href={address('runs', ['compare'], query)}>
      Compare {names.length}
    </a>
  );
}

function RunCard({
  run,
  chosen,
  toggle,
}: {
  run: RunSummary;
  chosen: boolean;
  toggle: (name: string) => void;
}) {
  const readable = run.created !== '';
  const share = shareDone(run);
  const facts = [
    run.rate !== undefined && run.state === 'running' && formatRate(run.rate),
    timeLeft(run),
    run.updated && formatAgo(run.updated),
  ].filter(Boolean);
  return (
    <li class="card panel">
      <div class="thumbnail">
        {run.sample === undefined ? (
          <span class="soft small">no samples yet</span>
        ) : (
          <img src={sampleOf(run.name, run.sample)} alt="" loading="lazy" />
        )}
      </div>
      <div class="about">
        <h2>{readable ? <a href={address('runs', ['at', run.name])}>{run.name}</a> : run.name}</h2>
        {readable && (
          <p class="soft small">
            {run.gan} on {run.data}
          </p>
        )}
        <p class="line">
          <StateBadge state={run.state} />
          {readable && <span class="numbers small">{stepText(run)}</span>}
        </p>
        {share !== undefined && run.state !== 'done' && (
          <progress max={1} value={share} aria-label="Share of the plan" />
        )}
        {run.message && <p class="small problem">{run.message}</p>}
        {run.best && (
          <p class="small numbers">
            best {run.best.metric} {formatValue(run.best.value)}{' '}
            <span class="soft">at step {run.best.step}</span>
          </p>
        )}
        <p class="soft small numbers facts">{facts.join(' · ')}</p>
        {readable && (
          <label class="check">
            <input type="checkbox" checked={chosen} onChange={() => toggle(run.name)} />
            compare<span class="only-spoken"> {run.name}</span>
          </label>
        )}
      </div>
    </li>
  );
}
