import { formatShape } from '../../graph/shape.ts';
import type { ProfiledRun, Timed } from '../../runtime/executor.ts';
import { kernelsOf, type PhaseKernel } from './kernels.ts';
import type { ProfiledRunOf, Recording } from './summarize.ts';

/** A file in Chrome's trace-event format, as https://ui.perfetto.dev opens it. */
export interface Trace {
  displayTimeUnit: 'ms';
  traceEvents: TraceEvent[];
}

/** A name for a track (`M`), or a stretch of time on one (`X`); times in microseconds. */
export interface TraceEvent {
  ph: 'M' | 'X';
  name: string;
  pid: number;
  tid: number;
  cat?: string;
  ts?: number;
  dur?: number;
  args?: Record<string, string | number>;
}

const PROCESS = 1;
const LOOP = 1;

/** One track for the loop, and one for the kernels of each phase. */
export function traceOf({ gan, data }: Pick<ProfiledRunOf, 'gan' | 'data'>, recording: Recording): Trace {
  const { spans, phases } = recording;
  const zero = spans.reduce((first, { start }) => Math.min(first, start), Infinity);
  const stretch = (tid: number, name: string, start: number, end: number) => {
    const ts = micro(start - zero);
    // From one rounded end to the other, so that what is nested stays nested.
    return { ph: 'X', name, pid: PROCESS, tid, ts, dur: rounded(micro(end - zero) - ts) } as const;
  };
  return {
    displayTimeUnit: 'ms',
    traceEvents: [
      { ph: 'M', name: 'process_name', pid: PROCESS, tid: LOOP, args: { name: `${gan} on ${data}` } },
      ...track(LOOP, 'loop (JavaScript)'),
      ...spans.map(
        ({ name, kind, start, end }): TraceEvent => ({ ...stretch(LOOP, name, start, end), cat: kind }),
      ),
      ...phases.flatMap((phase, i) => {
        const tid = LOOP + 1 + i;
        const executed = (run: ProfiledRun): TraceEvent => ({
          ...stretch(tid, `execute ${phase.phase}`, run.execution.start, endOf(run.execution)),
          cat: 'execution',
        });
        return [
          ...track(tid, `${phase.phase}: kernels`),
          ...phase.programs.flatMap(({ runs }) => runs.map(executed)),
          ...kernelsOf(phase).map(
            (kernel): TraceEvent => ({
              ...stretch(tid, nameOf(kernel), kernel.start, endOf(kernel)),
              cat: kernel.type,
              args: detailsOf(kernel),
            }),
          ),
        ];
      }),
    ],
  };
}

const track = (tid: number, name: string): TraceEvent[] => [
  { ph: 'M', name: 'thread_name', pid: PROCESS, tid, args: { name } },
  { ph: 'M', name: 'thread_sort_index', pid: PROCESS, tid, args: { sort_index: tid } },
];

/** To the nanosecond. */
const rounded = (microseconds: number): number => Math.round(microseconds * 1e3) / 1e3;
const micro = (ms: number): number => rounded(ms * 1e3);

const endOf = ({ start, ms }: Timed): number => start + ms;

/** Such as `D/down1/conv backward: convWeight (Gemm)`. */
function nameOf({ written, name, type }: PhaseKernel): string {
  if (!written) return `${name} (${type})`;
  const { op, origin } = written.tensor;
  return `${origin ? `${origin.layer} ${origin.pass}: ` : ''}${op.name} (${type})`;
}

function detailsOf({ name, written, bytesRead, bytesWritten }: PhaseKernel): Record<string, string | number> {
  const details = { kernel: name, bytesRead, bytesWritten };
  if (!written) return details;
  const { tensor, lowering } = written;
  const flops = tensor.op.flops?.(tensor, tensor.attributes);
  return {
    ...details,
    lowering,
    operands: tensor.inputs.map(({ shape }) => formatShape(shape)).join(' x '),
    result: formatShape(tensor.shape),
    ...(flops === undefined ? {} : { flops }),
  };
}
