import type { Pass } from '../../graph/origin.ts';
import { formatShape } from '../../graph/shape.ts';
import { grouped, kernelsOf, type PhaseKernel, type PhaseKernels, type Work } from './kernels.ts';
import { countOf, type Span, spanMs } from './spans.ts';

/** What `profile.json` holds. Times are milliseconds an iteration, sizes and counts are those of an iteration too. */
export interface Profile {
  format: 1;
  about: ProfiledRunOf;
  /** Iterations that were profiled. */
  iterations: number;
  /** A whole iteration with the runtime's profiler. */
  ms: number;
  /** The fastest and the slowest of them: far apart, when something else kept the machine busy. */
  fastestMs: number;
  slowestMs: number;
  /** The same without the profiler, in the iterations after those; undefined when the run ended before. */
  plainMs: number | undefined;
  /** All kernels together: what operations, layers and phases each add up to. */
  kernelMs: number;
  phases: PhaseTimes[];
  /** What the loop does between phases: writing the log, samples, checkpoints. */
  between: { name: string; ms: number }[];
  operations: OperationWork[];
  layers: LayerWork[];
  /** Every node of the graph, the slowest first. */
  nodes: NodeWork[];
}

export interface ProfiledRunOf {
  gan: string;
  data: string;
  batch: number;
  accumulate: number;
  threads: number;
  /** The last iteration that was profiled. */
  step: number;
}

export interface PhaseTimes {
  name: string;
  /** Calls of the runtime. */
  runs: number;
  ms: number;
  plainMs: number | undefined;
  /** Inside kernels. */
  kernelMs: number;
  /** Between kernels, while the runtime executes: it finds the next one and gets memory for it; the profiler writes. */
  dispatchMs: number;
  /** In calls of the runtime, around its execution: values are handed over and results handed back. */
  handOverMs: number;
  /** The rest: JavaScript, such as drawing noise and reading data. */
  scriptMs: number;
}

export interface OperationWork extends Work {
  /** Undefined for kernels that stand for no operation: those the runtime puts in, and copies of results. */
  operation: string | undefined;
  lowering: string | undefined;
}

export interface LayerWork extends Work {
  /** Undefined for kernels that stand for no operation. */
  layer: string | undefined;
  passes: Partial<Record<Pass, number>>;
}

export interface NodeWork extends Work {
  node: string;
  phase: string;
  operation: string | undefined;
  lowering: string | undefined;
  layer: string | undefined;
  pass: Pass | undefined;
  /** Such as `[64, 3] x [3, 8] -> [64, 8]`. */
  shapes: string | undefined;
}

/** Layer of tensors made outside of all that says where it is. */
const NOWHERE = '(elsewhere)';

/** What was recorded while a run was profiled, over iterations after the warm-up. */
export interface Recording {
  spans: readonly Span[];
  phases: readonly PhaseKernels[];
  /** Of the iterations without the profiler. */
  plain: readonly Span[];
}

/** Adds up what was recorded, by phase, operation, layer and node. */
export function summarize(about: ProfiledRunOf, { spans, phases, plain }: Recording): Profile {
  const iterations = countOf(spans, 'iteration');
  const lengths = spans.filter(({ kind }) => kind === 'iteration').map(({ start, end }) => end - start);
  const kernels = phases.flatMap(kernelsOf);
  const between = betweenPhases(spans);
  return {
    format: 1,
    about,
    iterations,
    ms: spanMs(spans, 'iteration') / iterations,
    fastestMs: Math.min(...lengths),
    slowestMs: Math.max(...lengths),
    plainMs: plainMs(plain, 'iteration'),
    kernelMs: kernels.reduce((total, { ms }) => total + ms, 0) / iterations,
    phases: phases.map((phase) => phaseTimes(phase, spans, plain, iterations)),
    between: [...new Set(between.map(({ name }) => name))].map((name) => ({
      name,
      ms: spanMs(between, 'work', name) / iterations,
    })),
    operations: grouped(kernels, operationKey, iterations).map(({ members: [first], work }) => ({
      operation: first!.written?.tensor.op.name,
      lowering: first!.written?.lowering,
      ...work,
    })),
    layers: grouped(kernels, (kernel) => layerOf(kernel) ?? '', iterations).map(({ members, work }) => ({
      layer: layerOf(members[0]!),
      passes: passesOf(members, iterations),
      ...work,
    })),
    nodes: grouped(kernels, ({ phase, node }) => `${phase} ${node}`, iterations).map(
      ({ members: [first], work }) => ({ ...describeNode(first!), ...work }),
    ),
  };
}

function phaseTimes(
  { phase, programs }: PhaseKernels,
  spans: readonly Span[],
  plain: readonly Span[],
  iterations: number,
): PhaseTimes {
  const runs = programs.flatMap((program) => program.runs);
  const perIteration = (total: number) => total / iterations;
  const sum = (values: readonly number[]) => perIteration(values.reduce((total, value) => total + value, 0));
  const ms = perIteration(spanMs(spans, 'phase', phase));
  const callMs = sum(runs.map(({ start, end }) => end - start));
  const executionMs = sum(runs.map(({ execution }) => execution.ms));
  const kernelMs = sum(runs.flatMap(({ kernels }) => kernels.map((kernel) => kernel.ms)));
  return {
    name: phase,
    runs: perIteration(runs.length),
    ms,
    plainMs: plainMs(plain, 'phase', phase),
    kernelMs,
    dispatchMs: executionMs - kernelMs,
    handOverMs: callMs - executionMs,
    scriptMs: ms - callMs,
  };
}

function plainMs(plain: readonly Span[], kind: Span['kind'], name?: string): number | undefined {
  const iterations = countOf(plain, 'iteration');
  return iterations === 0 ? undefined : spanMs(plain, kind, name) / iterations;
}

/** Pieces of work that lie in no phase. */
function betweenPhases(spans: readonly Span[]): Span[] {
  const phases = spans.filter(({ kind }) => kind === 'phase');
  return spans.filter(
    ({ kind, start, end }) =>
      kind === 'work' && !phases.some((phase) => phase.start <= start && end <= phase.end),
  );
}

const operationKey = ({ written, type }: PhaseKernel): string =>
  written ? `${written.tensor.op.name} ${written.lowering}` : ` ${type}`;

export const layerOf = ({ written }: Pick<PhaseKernel, 'written'>): string | undefined =>
  written && (written.tensor.origin?.layer ?? NOWHERE);

function passesOf(kernels: readonly PhaseKernel[], iterations: number): LayerWork['passes'] {
  const passes: LayerWork['passes'] = {};
  for (const { written, ms } of kernels) {
    const pass = written?.tensor.origin?.pass;
    if (pass) passes[pass] = (passes[pass] ?? 0) + ms / iterations;
  }
  return passes;
}

function describeNode({ node, phase, written, ...kernel }: PhaseKernel): Omit<NodeWork, keyof Work> {
  const tensor = written?.tensor;
  const operands = tensor?.inputs.map((input) => formatShape(input.shape)).join(' x ');
  return {
    node,
    phase,
    operation: tensor?.op.name,
    lowering: written?.lowering,
    layer: layerOf({ ...kernel, written }),
    pass: tensor?.origin?.pass,
    shapes: tensor && `${operands} -> ${formatShape(tensor.shape)}`,
  };
}
