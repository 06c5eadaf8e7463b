import { GansmithError } from '../base/errors.ts';
import type { KernelRun, ProfiledRun, Timed } from './executor.ts';

/** A call of a session, in milliseconds of `performance.now()`. */
export interface Call {
  start: number;
  end: number;
}

/** What the runtime's profiler writes, one event a line, as far as it is used here; times in microseconds. */
interface RecordedEvent {
  cat?: string;
  name: string;
  ts: number;
  dur: number;
  args: Partial<Record<'op_name' | 'activation_size' | 'parameter_size' | 'output_size', string>>;
}

/** Kernels that give their operand another shape and move nothing. */
const VIEWS = new Set(['Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Identity']);

/**
 * The runs in a profile that ONNX Runtime wrote, with the calls they belong to, brought to the clock of the calls. The
 * profile's clock starts at an unknown moment: the earliest that lets no run begin before its call.
 *
 * @throws GansmithError when there are not as many runs as calls, as when the profiler's memory is full.
 */
export function placeRuns(lines: readonly string[], calls: readonly Call[]): ProfiledRun[] {
  const events = lines.map(parseEvent).filter((event) => event !== undefined);
  const executions = events.filter(({ name }) => name === 'model_run').sort((a, b) => a.ts - b.ts);
  if (executions.length !== calls.length) {
    throw new GansmithError(
      `ONNX Runtime's profile holds ${executions.length} of ${calls.length} runs; profile fewer iterations`,
    );
  }
  const offset = executions.reduce(
    (most, { ts }, i) => Math.max(most, calls[i]!.start - ts / 1000),
    -Infinity,
  );
  const timed = ({ ts, dur }: RecordedEvent): Timed => ({ start: ts / 1000 + offset, ms: dur / 1000 });

  const kernels = events.filter(({ cat }) => cat === 'Node').sort((a, b) => a.ts - b.ts);
  let next = 0;
  return executions.map((execution, i) => {
    const first = next;
    while (next < kernels.length && kernels[next]!.ts < execution.ts + execution.dur) next++;
    return {
      ...calls[i]!,
      execution: timed(execution),
      kernels: kernels.slice(first, next).map((event) => ({ ...timed(event), ...kernelOf(event) })),
    };
  });
}

/** An array with one element a line: its brackets are lines of their own, or none. */
function parseEvent(line: string): RecordedEvent | undefined {
  const text = line.trim().replace(/^\[|,$|\]$/g, '');
  return text === '' ? undefined : (JSON.parse(text) as RecordedEvent);
}

function kernelOf({ name, args }: RecordedEvent): Omit<KernelRun, keyof Timed> {
  const type = args.op_name ?? 'unknown';
  const bytes = (size: string | undefined) => (VIEWS.has(type) ? 0 : Number(size ?? 0));
  return {
    name: name.replace(/_kernel_time$/, ''),
    type,
    bytesRead: bytes(args.activation_size) + bytes(args.parameter_size),
    bytesWritten: bytes(args.output_size),
  };
}
