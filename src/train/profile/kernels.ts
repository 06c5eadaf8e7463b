import type { Written } from '../../onnx/graph.ts';
import type { KernelRun, ProgramProfile } from '../../runtime/executor.ts';

/** The runs of one phase's programs while they were profiled. */
export interface PhaseKernels {
  phase: string;
  programs: readonly ProgramProfile[];
}

/** A kernel that ran in a phase, and what it stands for. */
export interface PhaseKernel extends KernelRun {
  phase: string;
  /** Undefined for a kernel that the runtime put in, or that copies a result. */
  written: Written | undefined;
  /** Name of the graph's node, or of the kernel when it stands for none. */
  node: string;
  /** The first kernel of its node in this run: the one that counts the node and its arithmetic. */
  first: boolean;
}

/** Every kernel that ran, in no order but that of programs and runs. */
export const kernelsOf = ({ phase, programs }: PhaseKernels): PhaseKernel[] =>
  programs.flatMap(({ runs, written }) =>
    runs.flatMap(({ kernels }) => {
      const seen = new Set<string>();
      return kernels.map((kernel) => {
        const prefix = kernel.name.split('/', 1)[0]!;
        const found = written.get(prefix);
        const node = found ? prefix : kernel.name;
        const first = !seen.has(node);
        seen.add(node);
        return { ...kernel, phase, written: found, node, first };
      });
    }),
  );

/** Arithmetic of the node a kernel belongs to, by its declaration; 0 where that says none. */
export function flopsOf({ written, first }: PhaseKernel): number {
  if (!written || !first) return 0;
  const { op, attributes } = written.tensor;
  return op.flops?.(written.tensor, attributes) ?? 0;
}

/** What the kernels of a group did, an iteration. */
export interface Work {
  ms: number;
  /** Nodes of the graph that were run, or kernels where they stand for none. */
  count: number;
  /** Operations in floating point, where declared. */
  flops: number;
  /** Bytes read and written. */
  bytes: number;
  /** Kernels by ONNX operator, the slowest first. */
  kernels: Record<string, KernelShare>;
}

export interface KernelShare {
  count: number;
  ms: number;
}

/** The kernels that share a key, each group with its work; the slowest first. */
export function grouped(
  kernels: readonly PhaseKernel[],
  keyOf: (kernel: PhaseKernel) => string,
  iterations: number,
): { members: PhaseKernel[]; work: Work }[] {
  const groups = new Map<string, PhaseKernel[]>();
  for (const kernel of kernels) {
    const key = keyOf(kernel);
    const members = groups.get(key);
    if (members) members.push(kernel);
    else groups.set(key, [kernel]);
  }
  return [...groups.values()]
    .map((members) => ({ members, work: workOf(members, iterations) }))
    .sort((a, b) => b.work.ms - a.work.ms);
}

function workOf(kernels: readonly PhaseKernel[], iterations: number): Work {
  const sum = (of: (kernel: PhaseKernel) => number) =>
    kernels.reduce((total, kernel) => total + of(kernel), 0) / iterations;
  const types = [...new Set(kernels.map(({ type }) => type))];
  const shares = types.map((type): [string, KernelShare] => [
    type,
    {
      count: sum((kernel) => Number(kernel.type === type)),
      ms: sum((kernel) => (kernel.type === type ? kernel.ms : 0)),
    },
  ]);
  return {
    ms: sum(({ ms }) => ms),
    count: sum(({ first }) => Number(first)),
    flops: sum(flopsOf),
    bytes: sum(({ bytesRead, bytesWritten }) => bytesRead + bytesWritten),
    kernels: Object.fromEntries(shares.sort(([, a], [, b]) => b.ms - a.ms)),
  };
}
