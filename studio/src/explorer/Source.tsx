import type { RunSummary } from 'gansmith/studio';
import { useEffect, useState } from 'preact/hooks';
import { formatCount } from '../parts/format.ts';
import { Choice } from '../parts/Settings.tsx';
import { get, pathOf } from '../server.ts';
import type { Opened } from './useOpened.ts';
import { changeView, defaults, type View } from './view.ts';

/** What is explored: a run and one of its checkpoints, or a file. */
export function Source({ opened, view }: { opened: Opened; view: View }) {
  const [runs, setRuns] = useState<readonly RunSummary[]>();
  useEffect(() => {
    get<RunSummary[]>(pathOf('runs')).then(setRuns, () => setRuns([]));
  }, []);
  const names = (runs ?? []).filter(({ created }) => created !== '').map(({ name }) => name);
  // A run of the address is there to be seen, even before the list has come.
  const known = view.run === '' || names.includes(view.run) ? names : [view.run, ...names];
  const { checkpoints, openFiles } = opened;
  return (
    <section class="panel settings explorer-source" aria-label="What is explored">
      <Choice
        label="Run"
        value={view.run}
        options={[
          ['', opened.file ?? (runs?.length === 0 ? 'No runs here' : 'Choose a run')],
          ...known.map((name) => [name, name] as const),
        ]}
        onChange={(run) => changeView({ ...defaults, on: view.on, run })}
      />
      {checkpoints.length > 1 && (
        <Choice
          label="Checkpoint"
          value={String(view.step < 0 ? checkpoints[0] : view.step)}
          options={checkpoints.map((step, i) => [
            String(step),
            `Step ${formatCount(step)}${i === 0 ? ', the newest' : ''}`,
          ])}
          onChange={(step) => changeView({ step: Number(step) === checkpoints[0] ? -1 : Number(step) })}
        />
      )}
      <Choice
        label="Computed by"
        value={view.on}
        options={[
          ['auto', 'The fastest there is'],
          ['webgpu', 'WebGPU'],
          ['wasm', 'WebAssembly'],
        ]}
        onChange={(on) => changeView({ on })}
      />
      <label class="button check file">
        Open a file
        <input
          type="file"
          class="only-spoken"
          accept=".safetensors,.onnx,.png"
          multiple
          onChange={({ currentTarget }) => {
            openFiles([...(currentTarget.files ?? [])]);
            // The same file can be opened again.
            currentTarget.value = '';
          }}
        />
      </label>
    </section>
  );
}
