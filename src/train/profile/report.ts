import type { Pass } from '../../graph/origin.ts';
import type { Work } from './kernels.ts';
import type { LayerWork, NodeWork, OperationWork, PhaseTimes, Profile } from './summarize.ts';
import { type Column, markdownTable } from './table.ts';

/** Nodes in the table of the slowest. */
const SLOWEST = 25;

/** The whole profile as Markdown whose tables are aligned, to be read as it is or rendered. */
export const profileText = (profile: Profile): string =>
  `${[
    `# Profile of ${profile.about.gan} on ${profile.about.data}`,
    heading(profile),
    '## Where an iteration goes',
    phaseTable(profile),
    '## Operations',
    operationTable(profile),
    '## Layers',
    layerTable(profile),
    '## The slowest nodes',
    nodeTable(profile),
    '## How to read it',
    LEGEND,
  ].join('\n\n')}\n`;

/** The head of the profile for a terminal: where an iteration goes, and the operations that take longest. */
export const profileHead = (profile: Profile, operations = 8): string =>
  [heading(profile), phaseTable(profile), operationTable(profile, operations)].join('\n\n');

function heading({ about, iterations, ms, fastestMs, slowestMs, plainMs, kernelMs }: Profile): string {
  const { step, batch, accumulate, threads } = about;
  const parts = [
    `${iterations} ${iterations === 1 ? 'iteration' : 'iterations'} up to step ${step}`,
    `batch ${batch}${accumulate > 1 ? ` x ${accumulate}` : ''}`,
    `${threads} ${threads === 1 ? 'thread' : 'threads'}`,
  ];
  const times = [
    `${three(ms)} ms an iteration${iterations === 1 ? '' : ` (${three(fastestMs)} to ${three(slowestMs)})`}`,
    ...(plainMs === undefined ? [] : [`${three(plainMs)} ms without the profiler`]),
    `${three(kernelMs)} ms of it in kernels`,
  ];
  return `${parts.join(', ')}: ${times.join(', ')}.`;
}

type PhaseRow = Pick<PhaseTimes, 'name' | 'ms'> & Partial<PhaseTimes>;

function phaseTable({ phases, between, ms, plainMs, kernelMs }: Profile): string {
  const total = (of: (phase: PhaseTimes) => number) => phases.reduce((sum, phase) => sum + of(phase), 0);
  const named = [...phases, ...between].reduce((sum, row) => sum + row.ms, 0);
  const inPhases: PhaseRow = {
    name: 'whole iteration',
    runs: total(({ runs }) => runs),
    ms,
    plainMs,
    kernelMs,
    dispatchMs: total(({ dispatchMs }) => dispatchMs),
    handOverMs: total(({ handOverMs }) => handOverMs),
    scriptMs: total(({ scriptMs }) => scriptMs) + ms - total((phase) => phase.ms),
  };
  const rows: PhaseRow[] = [
    ...phases,
    ...between.map((row) => ({ ...row, scriptMs: row.ms })),
    { name: 'the rest of the loop', ms: Math.max(0, ms - named), scriptMs: Math.max(0, ms - named) },
    inPhases,
  ];
  const shareOf = (part: number | undefined, row: PhaseRow) =>
    part === undefined ? '' : percent(part, row.ms);
  return markdownTable<PhaseRow>(
    [
      { title: 'part', cell: ({ name }) => name },
      number('runs', ({ runs }) => (runs === undefined ? '' : count(runs))),
      number('ms', (row) => three(row.ms)),
      number('share', (row) => percent(row.ms, ms)),
      number('kernels', (row) => shareOf(row.kernelMs, row)),
      number('dispatch', (row) => shareOf(row.dispatchMs, row)),
      number('handing over', (row) => shareOf(row.handOverMs, row)),
      number('JavaScript', (row) => shareOf(row.scriptMs, row)),
      number('ms unprofiled', (row) => (row.plainMs === undefined ? '' : three(row.plainMs))),
    ],
    rows,
  );
}

function operationTable({ operations, kernelMs }: Profile, most = Infinity): string {
  return markdownTable<OperationWork>(
    [
      { title: 'operation', cell: ({ operation }) => operation ?? NONE },
      { title: 'lowering', cell: ({ lowering }) => lowering ?? '' },
      ...workColumns<OperationWork>(kernelMs),
      { title: 'kernels (ms)', cell: ({ kernels }) => kernelList(kernels) },
    ],
    operations.slice(0, most),
  );
}

function layerTable({ layers, kernelMs }: Profile): string {
  const passes = (['forward', 'backward', 'double backward', 'update'] as const).filter((pass) =>
    layers.some((layer) => layer.passes[pass] !== undefined),
  );
  const inPass = (pass: Pass): Column<LayerWork> =>
    number(pass, (layer) => (layer.passes[pass] === undefined ? '' : three(layer.passes[pass])));
  return markdownTable<LayerWork>(
    [
      { title: 'layer', cell: ({ layer }) => layer ?? NONE },
      ...passes.map(inPass),
      ...workColumns<LayerWork>(kernelMs),
    ],
    layers,
  );
}

function nodeTable({ nodes, kernelMs }: Profile): string {
  return markdownTable<NodeWork>(
    [
      { title: 'phase', cell: ({ phase }) => phase },
      { title: 'layer', cell: ({ layer }) => layer ?? NONE },
      { title: 'pass', cell: ({ pass }) => pass ?? '' },
      { title: 'node', cell: ({ node }) => node },
      { title: 'lowering', cell: ({ lowering }) => lowering ?? '' },
      { title: 'shapes', cell: ({ shapes }) => shapes ?? '' },
      ...workColumns<NodeWork>(kernelMs).filter(({ title }) => title !== 'count'),
    ],
    nodes.slice(0, SLOWEST),
  );
}

/** What stands for kernels of no operation. */
const NONE = '(none)';

const workColumns = <Row extends Work>(kernelMs: number): Column<Row>[] => [
  number('count', (row) => count(row.count)),
  number('ms', (row) => three(row.ms)),
  number('share', (row) => percent(row.ms, kernelMs)),
  number('GFLOP/s', ({ flops, ms }) => (flops > 0 && ms > 0 ? three(flops / ms / 1e6) : '')),
  number('MB', ({ bytes }) => three(bytes / 1e6)),
  number('GB/s', ({ bytes, ms }) => (bytes > 0 && ms > 0 ? three(bytes / ms / 1e6) : '')),
];

const number = <Row>(title: string, cell: (row: Row) => string): Column<Row> => ({
  title,
  cell,
  numeric: true,
});

/** Three digits are as much as a measurement of time holds. */
const three = (value: number): string => {
  if (value >= 99.95) return value.toFixed(0);
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
};

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;

/** Phases that do not run in every iteration have counts that are no whole numbers. */
const count = (value: number): string => String(Math.round(value * 100) / 100);

/** Such as `Gemm x9 (255), Gather x9 (25.3)`: how many, and the milliseconds of each kind when there are several. */
const kernelList = (kernels: Work['kernels']): string =>
  Object.entries(kernels)
    .map(([type, share], _, all) => {
      const times = share.count === 1 ? '' : ` x${count(share.count)}`;
      return `${type}${times}${all.length === 1 ? '' : ` (${three(share.ms)})`}`;
    })
    .join(', ');

const LEGEND = `Times, sizes and counts are those of one iteration. Shares in the first table are of the part's own time, except
\`share\`, which is of the iteration; shares in the others are of the time in kernels.

- **kernels**: ONNX Runtime computes. **dispatch**: it executes, between kernels: finding the next one, getting memory,
  writing the profile. **handing over**: in a call of it, before and after it
  executes: values go in, results come back; only the plain binding does so, which a profile has to use. **JavaScript**: the rest, such as drawing noise and reading data.
- **ms unprofiled**: the same part in as many iterations right after, without the profiler. Where
  the fastest and the slowest iteration are far apart, something else kept the machine busy: profile again.
- **count**: nodes of the simplified graph. The runtime fuses some into the kernel of another, where their time counts.
- **kernels**, of an operation: what ONNX Runtime ran for it. Even one on a single number shows about four
  microseconds, the profiler's own time among them, so hundreds of small kernels look dearer than they are.
- **GFLOP/s**: from the shapes, two operations a multiplication and addition of the plain definition, for convolutions and
  matrix products; a faster algorithm shows as a higher number.
- **MB**, **GB/s**: sizes of what kernels are given and give back, whether from memory or a cache; kernels that hand their
  operand on under another shape count none.
- **${NONE}**: kernels that stand for no operation: those the runtime puts in, such as changes of layout, and copies of
  results.
- **backward** is what differentiation made of a layer; **double backward** what differentiating that again made, as a
  gradient penalty needs. **update** is the optimizer, the averages and the gradients' norms.

\`profile.json\` has every number; \`trace.json\` opens in https://ui.perfetto.dev.`;
