import { useSignal } from '@preact/signals';
import type { Catalogue, JobState, TrainBody } from 'gansmith/studio';
import { useEffect, useState } from 'preact/hooks';
import { follow, get, pathOf, post } from '../server.ts';
import { address, goTo } from '../shell/route.ts';
import { token } from '../shell/token.ts';
import { BackLink } from './RunPage.tsx';
import { SettingInput } from './SettingInput.tsx';
import { changedSettings } from './settingField.ts';

/** A form for a new run, made from what the systems declare. */
export function NewRun() {
  const [catalogue, setCatalogue] = useState<Catalogue>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    get<Catalogue>(pathOf('catalogue')).then(setCatalogue, (error: Error) => setProblem(error.message));
  }, []);
  return (
    <>
      <BackLink />
      <h1>Start a run</h1>
      {problem && <p class="notice failed">{problem}</p>}
      {catalogue && <Form catalogue={catalogue} />}
    </>
  );
}

type System = Catalogue['systems'][number];

const sourceFor = (system: System): string => (system.data.includes('images') ? 'mnist' : 'ring');

function Form({ catalogue: { systems, sources } }: { catalogue: Catalogue }) {
  const [name, setName] = useState('dcgan');
  const system = systems.find((candidate) => candidate.name === name) ?? systems[0]!;
  const [data, setData] = useState(sourceFor(system));
  const [end, setEnd] = useState<'minutes' | 'steps'>('minutes');
  const [amount, setAmount] = useState('5');
  const [seed, setSeed] = useState('0');
  const [sampleEvery, setSampleEvery] = useState('100');
  const values = useSignal<Record<string, string>>({});
  const { job, problem, start } = useStart();
  const properties = system.schema.properties ?? {};
  const fitting = sources.filter(({ kind }) => system.data.includes(kind));

  const choose = (chosen: string) => {
    const next = systems.find((candidate) => candidate.name === chosen)!;
    setName(chosen);
    setData(sourceFor(next));
    values.value = {};
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const { preset = '', ...settings } = values.value;
    const body: TrainBody = {
      gan: system.name,
      data,
      seed: Number(seed),
      sampleEvery: Number(sampleEvery),
      [end]: Number(amount),
      settings: { ...changedSettings(settings, properties), ...(preset ? { preset } : {}) },
    };
    void start(body);
  };
  const busy = job?.state === 'preparing';
  return (
    <form class="new-run" onSubmit={submit}>
      {token() === undefined && (
        <p class="notice">
          To start runs, open the address that the terminal printed: it carries the token for it.
        </p>
      )}
      <section class="panel block fields">
        <label>
          System
          <select value={name} onChange={({ currentTarget }) => choose(currentTarget.value)}>
            {systems.map((entry) => (
              <option key={entry.name} value={entry.name}>
                {entry.name}: {entry.title}
              </option>
            ))}
          </select>
        </label>
        <label>
          Data
          <input
            list="sources"
            value={data}
            required
            onInput={({ currentTarget }) => setData(currentTarget.value)}
          />
          <datalist id="sources">
            {fitting.map(({ name, example, title }) => (
              <option key={name} value={example}>
                {title}
              </option>
            ))}
          </datalist>
        </label>
        {system.presets.length > 0 && (
          <label>
            Preset
            <select
              value={values.value.preset ?? ''}
              onChange={({ currentTarget }) => {
                values.value = { ...values.value, preset: currentTarget.value };
              }}
            >
              <option value="">the one that suits the data</option>
              {system.presets.map((preset) => (
                <option key={preset}>{preset}</option>
              ))}
            </select>
          </label>
        )}
        <label>
          Stop after
          <span class="amount">
            <input
              type="number"
              min={end === 'steps' ? 1 : 0.1}
              step="any"
              required
              value={amount}
              aria-label={`Stop after so many ${end}`}
              onInput={({ currentTarget }) => setAmount(currentTarget.value)}
            />
            <select
              value={end}
              aria-label="Unit of the end"
              onChange={({ currentTarget }) => setEnd(currentTarget.value as 'minutes' | 'steps')}
            >
              <option value="minutes">minutes</option>
              <option value="steps">steps</option>
            </select>
          </span>
        </label>
        <label>
          Samples every … steps
          <input
            type="number"
            min={1}
            step={1}
            required
            value={sampleEvery}
            onInput={({ currentTarget }) => setSampleEvery(currentTarget.value)}
          />
        </label>
        <label>
          Seed
          <input
            type="number"
            min={0}
            step={1}
            required
            value={seed}
            onInput={({ currentTarget }) => setSeed(currentTarget.value)}
          />
        </label>
      </section>
      <details class="panel block" key={system.name}>
        <summary>
          <h2>Settings of {system.name}</h2>
        </summary>
        <div class="fields">
          {Object.entries(properties).map(([setting, schema]) => (
            <SettingInput
              key={setting}
              name={setting}
              schema={schema}
              value={values.value[setting]}
              set={(value) => {
                values.value = { ...values.value, [setting]: value };
              }}
            />
          ))}
        </div>
      </details>
      <div class="actions">
        <button type="submit" class="button main" disabled={busy || token() === undefined}>
          Start
        </button>
        {busy && (
          <span class="soft small" role="status">
            {job.what ?? 'Preparing'}
            {job.total ? ` ${job.done} of ${job.total}` : '…'}
          </span>
        )}
      </div>
      {problem && (
        <p class="notice failed" role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}

/** Asks for a run, and goes to it as soon as it has a folder. */
function useStart() {
  const [job, setJob] = useState<JobState>();
  const [problem, setProblem] = useState<string>();
  const asked = useSignal(false);
  useEffect(
    () =>
      follow([], {
        job(state) {
          setJob(state);
          if (!asked.value || state.state === 'idle' || state.state === 'preparing') return;
          asked.value = false;
          if (state.state === 'ended' && state.failed) setProblem(state.message);
          else if (state.run) goTo(address('runs', ['at', state.run]));
        },
      }),
    [],
  );
  const start = async (body: TrainBody) => {
    setProblem(undefined);
    try {
      setJob(await post<JobState>(pathOf('train'), body));
      asked.value = true;
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return { job, problem, start };
}
