import type { Program } from '../graph/program.ts';
import type { Shape } from '../graph/shape.ts';
import type { SimplifyOptions } from '../graph/simplify.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { Precision, Written } from '../onnx/graph.ts';

export type { Precision };

/** What programs read and give back, flat in row-major order. Booleans are 0 and 1; int64 is given as plain numbers. */
export type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array;
export type Feeds = Readonly<Record<string, Numbers>>;

export interface CompileOptions {
  /** Threads of the runtime. Default: the number of cores. */
  threads?: number;
  /** Also hand back every intermediate tensor, in order of evaluation, to find where a number went bad. */
  expose?: boolean;
  /** Names the form a node is written in for the runtime, where that form fits. The interpreter ignores it. */
  lowerings?: (node: Tensor) => string | undefined;
  /** Passes of simplification to leave out. Default: none. */
  simplify?: SimplifyOptions;
  /**
   * What convolutions and matrix products are computed in; operands, results and all else stay float32. Default: float32.
   * A provider without float16 computes them in float32, on operands rounded to float16. The interpreter ignores it.
   */
  precision?: Precision;
  /** Record when each kernel runs, to be asked for with `profile()`. The numbers computed stay the same. */
  profile?: boolean;
}

/** Compiles programs and runs them. The same program means the same on every executor. */
export interface Executor {
  readonly name:
    | 'onnxruntime-node'
    | 'onnxruntime-node/webgpu'
    | 'onnxruntime-web'
    | 'onnxruntime-web/webgpu'
    | 'interpreter';
  compile(program: Program, options?: CompileOptions): Promise<CompiledProgram>;
  /** An empty set of states, to be shared by all programs of a run. */
  createStates(): States;
}

export interface CompiledProgram {
  readonly program: Program;
  /**
   * Runs once. Sizes and element types are checked first, with messages that name the input.
   * States change only when the result's `commit` is called, so a step that went bad can be dropped. The arrays that
   * were fed are not needed any more once the run has ended.
   */
  run(feeds: Feeds, states: States): Promise<RunResult>;
  /**
   * Ends the recording that `profile` asked for, and says what it holds.
   * @throws GansmithError for a program compiled without it.
   */
  profile(): Promise<ProgramProfile>;
  release(): Promise<void>;
}

/** The runs of a program while it was profiled. Times are milliseconds of `performance.now()`. */
export interface ProgramProfile {
  runs: readonly ProfiledRun[];
  /** What kernels stand for, by the part of their names before the slash. Others are the runtime's own. */
  written: ReadonlyMap<string, Written>;
}

export interface ProfiledRun {
  /** The call of the runtime: handing values over, executing, handing results back. */
  start: number;
  end: number;
  /** The runtime's part of it, in which kernels run one after another. */
  execution: Timed;
  kernels: readonly KernelRun[];
}

export interface Timed {
  start: number;
  /** Milliseconds it took. */
  ms: number;
}

export interface KernelRun extends Timed {
  /** Name of the ONNX node, as the runtime's optimizer left it. */
  name: string;
  /** The ONNX operator, or one of the runtime's own. */
  type: string;
  /** Sizes of what it was given and of what it made; 0 for a kernel that hands its operand on under another shape. */
  bytesRead: number;
  bytesWritten: number;
}

export interface RunResult {
  outputs: Record<string, Numbers>;
  /** With `expose`: every intermediate tensor, in order of evaluation, with a line that says what it is. */
  exposed: readonly { description: string; data: Numbers }[];
  /** Puts the program's updates into the states it ran on. Called again, it does nothing. */
  commit(): void;
}

/** Named tensors in the runtime's hands, which stay there between steps. */
export interface States {
  names(): string[];
  has(name: string): boolean;
  shape(name: string): Shape;
  /** A copy of the numbers. */
  read(name: string): Float32Array | Float64Array;
  write(name: string, shape: Shape, data: ArrayLike<number>): void;
  remove(name: string): void;
}
