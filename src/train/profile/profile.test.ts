import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openPoints } from '../../data/points.ts';
import { resolveConfig } from '../../gan/config.ts';
import { interpreterExecutor } from '../../runtime/interpreter.ts';
import { nodeExecutor } from '../../runtime/node.ts';
import { gan, wganGp } from '../../zoo/index.ts';
import { decodeCheckpoint } from '../checkpoint.ts';
import type { TrainEvent } from '../events.ts';
import { type TrainOptions, train } from '../loop.ts';
import { profileHead, profileText } from './report.ts';
import type { Profile } from './summarize.ts';
import type { Trace, TraceEvent } from './trace.ts';

const data = openPoints('ring');
const base: TrainOptions = {
  gan: wganGp,
  config: resolveConfig(wganGp, { batch: 8, width: 8, criticSteps: 2 }, data),
  data,
  executor: nodeExecutor,
  threads: 1,
  sampleCount: 4,
  steps: 12,
};

async function trained(overrides: Partial<TrainOptions> = {}): Promise<TrainEvent[]> {
  const all: TrainEvent[] = [];
  for await (const event of train({ ...base, ...overrides })) all.push(event);
  return all;
}
const bytesOf = (events: readonly TrainEvent[]) =>
  events.findLast((event) => event.type === 'checkpoint')!.bytes;
const profileOf = (events: readonly TrainEvent[]) => events.find((event) => event.type === 'profile')!;
/** A place of its own for the runtime's files, to see that none stay. */
const temporary = mkdtempSync(join(tmpdir(), 'gansmith-test-'));
const profilesIn = (folder: string) =>
  readdirSync(folder).filter((name) => name.startsWith('gansmith-profile-'));
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

let events: TrainEvent[];
let profile: Profile;
let trace: Trace;
beforeAll(async () => {
  vi.stubEnv('TMPDIR', temporary);
  events = await trained({ profile: 2, sampleEvery: 4 });
  ({ profile, trace } = profileOf(events));
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(temporary, { recursive: true });
});

describe('a profiled run', () => {
  it('comes to the very bits of one that is not, and goes on from a checkpoint to them', async () => {
    const plain = await trained({ sampleEvery: 4 });
    expect(bytesOf(events)).toEqual(bytesOf(plain));
    const half = bytesOf(await trained({ steps: 5 }));
    const content = decodeCheckpoint(half, 'half');
    const resumed = await trained({ profile: 1, checkpoint: { content, where: 'half' } });
    expect(bytesOf(resumed)).toEqual(bytesOf(plain));
    expect(profileOf(resumed).step).toBe(5 + 3 + 1);
  });

  it('tells its profile once, as soon as iterations without the profiler were seen too', () => {
    const at = events.findIndex(({ type }) => type === 'profile');
    expect(events.filter(({ type }) => type === 'profile')).toHaveLength(1);
    expect(events[at - 1]).toMatchObject({ type: 'step', step: 10 });
    expect(profile).toMatchObject({
      iterations: 2,
      about: { gan: 'wgan-gp', batch: 8, threads: 1, step: 5 },
    });
    expect(profile.plainMs).toBeGreaterThan(0);
  });

  it("leaves nothing of the runtime's own files", () => {
    expect(profilesIn(temporary)).toEqual([]);
  });

  it('ends early with what it has, or says why it has nothing', async () => {
    const { profile: early } = profileOf(await trained({ steps: 5, profile: 10 }));
    expect(early).toMatchObject({ iterations: 2, plainMs: undefined, about: { step: 5 } });
    const tooEarly = await trained({ steps: 3, profile: 10 });
    expect(tooEarly.find(({ type }) => type === 'warning')).toEqual({
      type: 'warning',
      message: 'there is no profile: the run ended within the 3 iterations of the warm-up',
    });
    expect(profilesIn(temporary)).toEqual([]);
  });

  it('is refused by an executor that cannot tell', async () => {
    await expect(trained({ executor: interpreterExecutor, profile: 2 })).rejects.toThrow(
      'program wgan-gp/critic: interpreter does not tell how long its parts take; profile with ONNX Runtime in Node',
    );
  });
});

describe('its tables', () => {
  it('add up to the time in kernels', () => {
    const { kernelMs, operations, layers, nodes, phases } = profile;
    expect(kernelMs).toBeGreaterThan(0);
    for (const rows of [operations, layers, nodes]) {
      expect(sum(rows.map(({ ms }) => ms))).toBeCloseTo(kernelMs, 9);
    }
    expect(sum(phases.map((phase) => phase.kernelMs))).toBeCloseTo(kernelMs, 9);
    for (const layer of layers.filter(({ layer }) => layer !== undefined)) {
      const inPasses = sum(Object.values(layer.passes));
      if (layer.layer !== '(elsewhere)') expect(inPasses).toBeCloseTo(layer.ms, 9);
    }
    const counted = (rows: typeof operations | typeof layers | typeof nodes) =>
      sum(rows.flatMap(({ kernels }) => Object.values(kernels).map((share) => share.count)));
    expect(counted(operations)).toBeCloseTo(counted(nodes), 9);
    expect(counted(operations)).toBeCloseTo(counted(layers), 9);
  });

  it('split each phase without remainder, and the iteration into phases and what is between', () => {
    for (const phase of profile.phases) {
      const parts = [phase.kernelMs, phase.dispatchMs, phase.handOverMs, phase.scriptMs];
      expect(Math.min(...parts)).toBeGreaterThan(0);
      expect(sum(parts)).toBeCloseTo(phase.ms, 9);
    }
    expect(profile.phases.map(({ name, runs }) => [name, runs])).toEqual([
      ['critic', 2],
      ['generator', 1],
    ]);
    expect(profile.between.map(({ name }) => name)).toEqual(
      ['make samples', 'write the log'].sort().reverse(),
    );
    const named = sum([...profile.phases, ...profile.between].map(({ ms }) => ms));
    expect(named).toBeLessThanOrEqual(profile.ms);
  });

  it('find the layers, in every pass, and the optimizer', () => {
    const passes = Object.fromEntries(
      profile.layers.map(({ layer, passes }) => [layer, Object.keys(passes)]),
    );
    const ofCritic = profile.layers.find(({ layer }) => layer?.startsWith('D/'))!;
    expect(Object.keys(ofCritic.passes).sort()).toEqual(['backward', 'double backward', 'forward']);
    expect(passes).toMatchObject({ 'D (optimizer)': ['update'], 'G (optimizer)': ['update'] });
    expect(passes).not.toHaveProperty('(elsewhere)');
  });

  it('count the arithmetic of matrix products, and of nothing else', () => {
    for (const { operation, flops } of profile.operations) {
      if (operation === 'matmul') expect(flops).toBeGreaterThan(0);
      else expect(flops).toBe(0);
    }
    const product = profile.nodes.find(({ operation }) => operation === 'matmul')!;
    const [, rows, inner, columns] = /^\[(\d+), (\d+)\] x .*-> \[\d+, (\d+)\]$/
      .exec(product.shapes!)!
      .map(Number);
    expect([rows, inner, columns].every((size) => size! > 0)).toBe(true);
  });

  it('are text with aligned columns', () => {
    const text = profileText(profile);
    expect(text).toMatch(/^# Profile of wgan-gp on ring\n/);
    const tables = text.split('\n\n').filter((block) => block.startsWith('|'));
    expect(tables).toHaveLength(4);
    for (const table of tables) {
      expect(new Set(table.split('\n').map((line) => line.length)).size).toBe(1);
    }
    expect(text).toMatch(/\| double backward \|/);
    expect(profileHead(profile, 1).split('\n\n')[2]!.split('\n')).toHaveLength(3);
  });
});

describe('its trace', () => {
  const stretches = (tid: number) =>
    trace.traceEvents.filter((event) => event.ph === 'X' && event.tid === tid);

  it('has a track for the loop and one for the kernels of each phase', () => {
    const names = trace.traceEvents
      .filter(({ name }) => name === 'thread_name')
      .map(({ args }) => args!.name);
    expect(names).toEqual(['loop (JavaScript)', 'critic: kernels', 'generator: kernels']);
    expect(stretches(1).filter(({ name }) => name === 'iteration')).toHaveLength(2);
    expect(stretches(2).filter(({ name }) => name === 'execute critic')).toHaveLength(4);
    const works = new Set(stretches(1).map(({ name }) => name));
    for (const name of ['critic', 'draw noise', 'read data', 'run critic', 'write the log']) {
      expect(works).toContain(name);
    }
  });

  it('nests on every track: what begins within another ends within it', () => {
    for (const tid of [1, 2, 3]) {
      const open: TraceEvent[] = [];
      const sorted = stretches(tid).sort((a, b) => a.ts! - b.ts! || b.dur! - a.dur!);
      for (const event of sorted) {
        while (open.length > 0 && open.at(-1)!.ts! + open.at(-1)!.dur! <= event.ts!) open.pop();
        const outer = open.at(-1);
        if (outer) expect(event.ts! + event.dur!).toBeLessThanOrEqual(outer.ts! + outer.dur! + 1e-6);
        open.push(event);
      }
      const kernels = sorted.filter(({ cat }) => cat !== 'execution');
      if (tid > 1) expect(kernels.every(({ args }) => typeof args!.kernel === 'string')).toBe(true);
    }
  });

  it('names kernels by layer, pass and operation', () => {
    expect(stretches(2).map(({ name }) => name)).toContainEqual(
      expect.stringMatching(/^D\/\S+ double backward: matmul \(Gemm\)$/),
    );
  });
});

it('sums over micro-batches are profiled with both programs of a phase', async () => {
  const { profile } = profileOf(await trained({ accumulate: 2, steps: 5, profile: 2 }));
  expect(profile.phases.map(({ name, runs }) => [name, runs])).toEqual([
    ['critic', 6],
    ['generator', 3],
  ]);
  expect(profile.layers.map(({ layer }) => layer)).toContain('(gradient sums)');
  expect(sum(profile.operations.map(({ ms }) => ms))).toBeCloseTo(profile.kernelMs, 9);
});

it('a perceptron is profiled too, its averages apart', async () => {
  const config = resolveConfig(gan, { batch: 8, generator: [8], critic: [8], average: 100 }, data);
  const { profile } = profileOf(await trained({ gan, config, steps: 5, profile: 2 }));
  expect(profile.layers.map(({ layer }) => layer)).toContain('G (average)');
});
