import { describe, expect, it } from 'vitest';
import { placeRuns } from './kernels.ts';

const event = (cat: string, name: string, ts: number, dur: number, args = {}) =>
  `${JSON.stringify({ cat, pid: 1, tid: 1, dur, ts, ph: 'X', name, args })},`;
const sizes = { activation_size: '100', parameter_size: '20', output_size: '60' };

/** Two runs as ONNX Runtime writes them: kernels before the run they belong to, all after the session's making. */
const lines = [
  '[',
  event('Session', 'session_initialization', 2, 900),
  event('Node', 'conv_0/Conv_kernel_time', 1010, 300, { op_name: 'Conv', ...sizes }),
  event('Node', 'reshape_1/Reshape_kernel_time', 1320, 5, { op_name: 'Reshape', ...sizes }),
  event('Session', 'SequentialExecutor::Execute', 1005, 390),
  event('Session', 'model_run', 1000, 400),
  event('Node', 'conv_0/Conv_kernel_time', 2010, 200, { op_name: 'Conv', ...sizes }),
  event('Session', 'model_run', 2000, 250).replace(/,$/, ''),
  ']',
];

describe('placeRuns', () => {
  it('puts kernels into the calls they ran in, on the clock of the calls', () => {
    const runs = placeRuns(lines, [
      { start: 50, end: 50.7 },
      { start: 51.1, end: 52 },
    ]);
    // The second call began 51.1 - 2.0 ms after the profile's beginning at the least, so the first one waited a little.
    expect(runs.map(({ execution }) => execution.start)).toEqual(
      [50.1, 51.1].map((x) => expect.closeTo(x, 9)),
    );
    expect(runs.map(({ execution }) => execution.ms)).toEqual([0.4, 0.25]);
    expect(runs.map(({ kernels }) => kernels.map(({ name, ms }) => `${name} ${ms}`))).toEqual([
      ['conv_0/Conv 0.3', 'reshape_1/Reshape 0.005'],
      ['conv_0/Conv 0.2'],
    ]);
    expect(runs[0]!.kernels[0]!.start).toBeCloseTo(50.11, 9);
  });

  it('counts what kernels read and write, nothing for those that only change a shape', () => {
    const [run] = placeRuns(lines, [
      { start: 1, end: 2 },
      { start: 3, end: 4 },
    ]);
    expect(run!.kernels.map(({ type, bytesRead, bytesWritten }) => [type, bytesRead, bytesWritten])).toEqual([
      ['Conv', 120, 60],
      ['Reshape', 0, 0],
    ]);
  });

  it('says what to do when the profile misses runs', () => {
    expect(() => placeRuns(lines, [{ start: 1, end: 2 }])).toThrow(
      "ONNX Runtime's profile holds 2 of 1 runs; profile fewer iterations",
    );
  });
});
