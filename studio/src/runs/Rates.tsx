import type { LoggedEvent, RunSummary } from 'gansmith/studio';
import { useState } from 'preact/hooks';
import { formatCount, formatValue } from '../parts/format.ts';
import { pathOf } from '../server.ts';
import { learningRatesOf } from './learningRates.ts';
import { useAsking } from './useAsking.ts';

interface RatesProps {
  run: RunSummary;
  events: readonly LoggedEvent[];
}

/** The learning rates of a run, which can be changed while it trains, and when that was done. */
export function Rates({ run, events }: RatesProps) {
  const { networks, changes } = learningRatesOf(events);
  const isTraining = run.state === 'running' || run.state === 'paused';
  if (networks.length === 0 || (!isTraining && changes.length === 0)) return null;
  return (
    <section class="panel block" aria-labelledby="rates">
      <h2 id="rates">Learning rates</h2>
      {isTraining && (
        <div class="rates">
          {networks.map((network) => (
            <Rate key={network.name} run={run.name} {...network} />
          ))}
        </div>
      )}
      {isTraining && (
        <p class="soft small">
          A factor holds from the next step on, times what the settings declare; 0 holds a network still. It
          is saved with the run.
        </p>
      )}
      {changes.length > 0 && (
        <ul class="small numbers changes">
          {changes.map(({ step, words }, i) => (
            <li key={i}>
              From step {formatCount(step)} on: {words}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** One network's learning rate: what is declared, times a factor. */
function Rate({
  run,
  name,
  declared,
  factor,
}: { run: string } & ReturnType<typeof learningRatesOf>['networks'][0]) {
  const [text, setText] = useState<string>();
  const [asked, setAsked] = useState<number>();
  const { ask, problem, refusal } = useAsking();
  const shown = text ?? String(asked ?? factor);
  const wanted = Number(shown);
  const isValid = shown.trim() !== '' && wanted >= 0 && wanted <= 1000;
  const set = async (value: number) => {
    if (await ask(pathOf('runs', run, 'control'), { rateScale: { [name]: value } })) setAsked(value);
    setText(undefined);
  };
  const isPending = asked !== undefined && asked !== factor;
  const id = `rate-${name}`;
  return (
    <form
      class="rate"
      onSubmit={(event) => {
        event.preventDefault();
        if (isValid) void set(wanted);
      }}
    >
      <label for={id}>{name}, times</label>
      <input
        id={id}
        type="number"
        min={0}
        max={1000}
        step="any"
        required
        value={shown}
        disabled={refusal !== undefined}
        aria-describedby={`${id}-now`}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      <button type="submit" class="button" disabled={refusal !== undefined || !isValid} title={refusal}>
        Set<span class="only-spoken"> the learning rate of {name}</span>
      </button>
      <span id={`${id}-now`} class="soft small numbers" role="status">
        {declared === undefined
          ? `now times ${formatValue(factor)}`
          : `now ${formatValue(declared * factor)}${factor === 1 ? '' : ` (${formatValue(declared)} × ${formatValue(factor)})`}`}
        {isPending && ', asked for another'}
      </span>
      {problem && (
        <p class="small problem" role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}
