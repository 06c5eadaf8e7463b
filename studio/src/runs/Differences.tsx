import type { RunDetail } from 'gansmith/studio';
import { formatCount, formatDuration, formatRate, formatValue } from '../parts/format.ts';
import { bestOf, scoresOf } from './scores.ts';
import type { ChartedRun } from './useFollowed.ts';

/** What tells runs apart, a column a run: how far they came, their scores, and the settings that differ. */
export function Differences({ runs }: { runs: readonly ChartedRun[] }) {
  const groups = [
    { title: 'How far', rows: progressRows(runs) },
    { title: 'Best scores', rows: scoreRows(runs) },
    { title: 'Settings that differ', rows: settingRows(runs) },
  ].filter(({ rows }) => rows.length > 0);
  const isSame = groups.every(({ title }) => title !== 'Settings that differ');
  return (
    <section class="panel block" aria-labelledby="differences">
      <h2 id="differences">Side by side</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: wide tables are scrolled by the keyboard, too */}
      <div class="scrolled" tabIndex={0}>
        <table class="small">
          <thead>
            <tr>
              <td />
              {runs.map(({ name }) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          {groups.map(({ title, rows }) => (
            <tbody key={title}>
              <tr>
                <th scope="rowgroup" colSpan={runs.length + 1}>
                  {title}
                </th>
              </tr>
              {rows.map(([name, ...cells]) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  {cells.map((cell, i) => (
                    <td key={runs[i]!.name} class="numbers">
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </div>
      {isSame && <p class="soft small">They have the same settings, data and seed.</p>}
    </section>
  );
}

type Row = readonly [name: string, ...cells: string[]];

function progressRows(runs: readonly ChartedRun[]): Row[] {
  const row = (name: string, cellOf: (run: ChartedRun) => string): Row => [name, ...runs.map(cellOf)];
  return [
    row('steps', ({ summary }) => (summary.value ? formatCount(summary.value.step) : '')),
    row('images', ({ summary }) => (summary.value ? formatCount(summary.value.images) : '')),
    row('time of training', ({ seconds }) => formatDuration(seconds.value)),
    row('rate', ({ summary }) => (summary.value?.rate ? formatRate(summary.value.rate) : '')),
  ];
}

/** By every metric that any of them was scored by. */
function scoreRows(runs: readonly ChartedRun[]): Row[] {
  const all = runs.map(({ events }) => scoresOf(events.value));
  const metrics = [...new Set(all.flatMap((scores) => scores.map(({ metric }) => metric)))];
  const known = metrics.map(
    (metric): Row => [
      metric,
      ...all.map((scores) => {
        const own = scores.find((one) => one.metric === metric);
        if (!own) return '–';
        const { value, step } = bestOf(own);
        return `${formatValue(value)} at step ${formatCount(step)}`;
      }),
    ],
  );
  if (known.length > 0) return known;
  const bests = runs.map(({ summary }) => summary.value?.best);
  if (bests.every((best) => best === undefined)) return [];
  const text = (best: (typeof bests)[number]) =>
    best ? `${best.metric} ${formatValue(best.value)} at step ${formatCount(best.step)}` : '–';
  return [['best', ...bests.map(text)]];
}

function settingRows(runs: readonly ChartedRun[]): Row[] {
  const settings = runs.map(({ detail }) => (detail.value ? settingsOf(detail.value) : {}));
  const names = [...new Set(settings.flatMap(Object.keys))];
  return names
    .map((name): Row => [name, ...settings.map((own) => own[name] ?? '–')])
    .filter(([, ...cells]) => new Set(cells).size > 1);
}

/** All that makes a run what it is, as text. */
function settingsOf({ record }: RunDetail): Record<string, string> {
  const { gan, data, seed, executor, precision, accumulate, threads, config } = record;
  const all = {
    ...{ system: gan.name, data: data.name, seed, executor, precision, threads },
    'micro-batches': accumulate,
    ...config,
  };
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}
