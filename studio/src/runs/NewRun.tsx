import { useSignal } from '@preact/signals';
import type { Catalogue, TrainBody } from 'gansmith/studio';
import { useEffect, useState } from 'preact/hooks';
import { get, pathOf } from '../server.ts';
import { token } from '../shell/token.ts';
import { type End, EndFields } from './EndFields.tsx';
import { FieldGroup } from './FieldGroup.tsx';
import { BackLink } from './RunPage.tsx';
import { bodyOf, optionGroups } from './runOptions.ts';
import { SettingInput } from './SettingInput.tsx';
import { changedSettings } from './settingField.ts';
import { useStart } from './useStart.ts';

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

function Form({ catalogue }: { catalogue: Catalogue }) {
  const { systems, sources } = catalogue;
  const [name, setName] = useState('dcgan');
  const system = systems.find((candidate) => candidate.name === name) ?? systems[0]!;
  const [end, setEnd] = useState<End>({ unit: 'minutes', amount: '5' });
  /** By their paths in the request. */
  const values = useSignal<Record<string, string>>({ data: sourceFor(system) });
  const { job, problem, fields, start } = useStart();
  const properties = system.schema.properties ?? {};
  const fitting = sources.filter(({ kind }) => system.data.includes(kind));
  const data = values.value.data ?? '';
  const isOfPoints = sources.find((source) => source.name === data.split(':')[0])?.kind === 'points';
  const groups = optionGroups(catalogue).map(({ title, options }) => ({
    title,
    options: options.filter(({ ofImages }) => !(ofImages && isOfPoints)),
  }));

  const choose = (chosen: string) => {
    const next = systems.find((candidate) => candidate.name === chosen)!;
    setName(chosen);
    const kept = Object.entries(values.value).filter(([path]) => !path.startsWith('settings.'));
    values.value = { ...Object.fromEntries(kept), data: sourceFor(next) };
  };
  const set = (path: string) => (value: string) => {
    values.value = { ...values.value, [path]: value };
  };
  const field = (path: string) => ({
    path,
    value: values.value[path],
    set: set(path),
    problem: fields[path],
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const settings = Object.entries(values.value).flatMap(([path, value]) => {
      const [, setting] = path.split('settings.');
      return setting === undefined ? [] : [[setting, value] as const];
    });
    const preset = values.value.preset ?? '';
    const body: TrainBody = {
      ...bodyOf(
        groups.flatMap(({ options }) => options),
        values.value,
      ),
      gan: system.name,
      data,
      ...(values.value.seed ? { seed: Number(values.value.seed) } : {}),
      [end.unit]: Number(end.amount),
      settings: {
        ...changedSettings(Object.fromEntries(settings), properties),
        ...(preset ? { preset } : {}),
      },
    };
    void start(body, event.currentTarget as HTMLFormElement);
  };
  const busy = job?.state === 'preparing';
  return (
    <form class="new-run" onSubmit={submit} noValidate>
      {token() === undefined && (
        <p class="notice">
          To start runs, open the address that the terminal printed: it carries the token for it.
        </p>
      )}
      <section class="panel block fields" aria-label="The run">
        <div class="field">
          <label for="field-gan">System</label>
          <select id="field-gan" value={name} onChange={({ currentTarget }) => choose(currentTarget.value)}>
            {systems.map((entry) => (
              <option key={entry.name} value={entry.name}>
                {entry.name}: {entry.title}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for="field-data">Data</label>
          <input
            id="field-data"
            name="data"
            list="sources"
            value={data}
            required
            aria-invalid={fields.data !== undefined}
            aria-describedby={fields.data === undefined ? undefined : 'field-data-about'}
            onInput={({ currentTarget }) => set('data')(currentTarget.value)}
          />
          <datalist id="sources">
            {fitting.map(({ name, example, title }) => (
              <option key={name} value={example}>
                {title}
              </option>
            ))}
          </datalist>
          {fields.data && (
            <small id="field-data-about" class="problem">
              {fields.data}
            </small>
          )}
        </div>
        {system.presets.length > 0 && (
          <SettingInput
            {...field('preset')}
            label="Preset"
            schema={{ enum: system.presets }}
            unset="the one that suits the data"
          />
        )}
        <EndFields end={end} set={setEnd} problem={fields[end.unit]} />
        <SettingInput
          {...field('seed')}
          label="Seed"
          schema={{
            type: 'integer',
            minimum: 0,
            default: 0,
            description: 'every random number follows from it',
          }}
        />
      </section>
      <h2>How it is run</h2>
      {groups.map(({ title, options }) => (
        <FieldGroup key={title} title={title} paths={options.map(({ path }) => path)} problems={fields}>
          {options.map(({ path, label, schema }) => (
            <SettingInput
              key={path}
              {...field(path)}
              label={label}
              schema={schema}
              {...(schema.default === undefined ? { unset: 'as it is' } : {})}
            />
          ))}
        </FieldGroup>
      ))}
      <h2>Settings of {system.name}</h2>
      {system.groups.map(({ title, settings }) => (
        <FieldGroup
          key={`${system.name} ${title}`}
          title={title}
          paths={settings.map((setting) => `settings.${setting}`)}
          problems={fields}
        >
          {settings.map((setting) => (
            <SettingInput
              key={setting}
              {...field(`settings.${setting}`)}
              label={setting}
              schema={properties[setting]!}
            />
          ))}
        </FieldGroup>
      ))}
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
