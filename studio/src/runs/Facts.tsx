import type { RunDetail } from 'gansmith/studio';
import type { ComponentChildren } from 'preact';
import { formatCount } from '../parts/format.ts';

/** What the run was made of, and where: everything needed to make it again. */
export function Facts({ detail: { record } }: { detail: RunDetail }) {
  const { data, machine, versions } = record;
  return (
    <section class="panel block" aria-labelledby="facts">
      <h2 id="facts">Made of</h2>
      <Table
        title="Settings"
        open
        rows={Object.entries(record.config).map(([key, value]) => [key, valueText(value)])}
      />
      <Table
        title="Data"
        rows={[
          ['source', data.name],
          ['kind', data.kind],
          ['shape', data.shape.join(' × ')],
          ['examples', formatCount(data.count)],
          ['fingerprint', data.fingerprint],
        ]}
      />
      <Table
        title="Run"
        rows={[
          ['system', record.gan.source],
          ['begun', record.created.replace('T', ' ').slice(0, 19)],
          ['seed', String(record.seed)],
          ['batch', `${record.batch}${record.accumulate > 1 ? ` × ${record.accumulate}` : ''}`],
          ['executor', [record.executor, record.binding, record.precision].filter(Boolean).join(', ')],
          ['threads', String(record.threads)],
          ['samples every', `${formatCount(record.sampleEvery)} steps`],
          ['checkpoint every', `${formatCount(record.checkpointEvery)} steps`],
        ]}
      />
      <Table
        title="Machine"
        rows={[
          ['processor', `${machine.cpu}, ${machine.cores} cores`],
          ['memory', machine.memory],
          ['system', machine.platform],
          ...Object.entries(versions),
        ]}
      />
    </section>
  );
}

const valueText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function Table({
  title,
  rows,
  open = false,
}: {
  title: string;
  rows: readonly (readonly [string, ComponentChildren])[];
  open?: boolean;
}) {
  return (
    <details class="facts-table" open={open}>
      <summary>{title}</summary>
      <dl class="small">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt class="soft">{name}</dt>
            <dd class="numbers">{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
