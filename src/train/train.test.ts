import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../base/safetensors.ts';
import { openPoints } from '../data/points.ts';
import { resolveConfig } from '../gan/config.ts';
import type { AnyGan } from '../gan/defineGan.ts';
import { log, mean, sub } from '../graph/index.ts';
import type { Executor } from '../runtime/executor.ts';
import { interpreterExecutor } from '../runtime/interpreter.ts';
import { nodeExecutor } from '../runtime/node.ts';
import { gan, wganGp } from '../zoo/index.ts';
import { decodeCheckpoint } from './checkpoint.ts';
import type { TrainEvent } from './events.ts';
import { type TrainOptions, train } from './loop.ts';

const data = openPoints('ring');

const options = (overrides: Partial<TrainOptions> = {}, system: AnyGan = gan): TrainOptions => ({
  gan: system,
  config: resolveConfig(
    system,
    {
      batch: 8,
      ...(system.name === 'gan' ? { generator: [8], critic: [8], dropout: 0.2, average: 100 } : { width: 8 }),
    },
    data,
  ),
  data,
  executor: nodeExecutor,
  steps: 6,
  sampleCount: 4,
  ...overrides,
});

async function events(options: TrainOptions): Promise<TrainEvent[]> {
  const all: TrainEvent[] = [];
  for await (const event of train(options)) all.push(event);
  return all;
}

const ofType = <T extends TrainEvent['type']>(all: TrainEvent[], type: T) =>
  all.filter((event): event is Extract<TrainEvent, { type: T }> => event.type === type);
const lastCheckpoint = (all: TrainEvent[]) => ofType(all, 'checkpoint').at(-1)!.bytes;
const resumed = (bytes: Uint8Array) => ({
  checkpoint: { content: decodeCheckpoint(bytes, 'test'), where: 'test' },
});

describe('train', () => {
  it('tells the whole story in order', async () => {
    const all = await events(options({ steps: 5, sampleEvery: 2, checkpointEvery: 4 }));
    expect(all.map((event) => ('step' in event ? `${event.type} ${event.step}` : event.type))).toEqual([
      'start 0',
      'samples 0',
      'checkpoint 0',
      'step 1',
      'step 2',
      'samples 2',
      'step 3',
      'step 4',
      'samples 4',
      'checkpoint 4',
      'step 5',
      'samples 5',
      'checkpoint 5',
      'end 5',
    ]);
    expect(ofType(all, 'start')[0]!.parameters).toEqual({ G: 2 * 8 + 8 + 8 * 2 + 2, D: 2 * 8 + 8 + 8 + 1 });
    expect(ofType(all, 'step')[2]!.images).toBe(24);
  });

  it('writes operations as chosen, and goes on so from a lone checkpoint', async () => {
    const usual = decodeCheckpoint(lastCheckpoint(await events(options({ steps: 1 }))), 'test').info
      .lowerings!;
    expect(new Set(Object.values(usual))).toEqual(new Set(['gemm']));
    const lowerings = Object.fromEntries(Object.keys(usual).map((signature) => [signature, 'matmul']));
    const chosen = await events(options({ lowerings, checkpointEvery: 3 }));
    const half = ofType(chosen, 'checkpoint').find(({ step }) => step === 3)!;
    expect(decodeCheckpoint(half.bytes, 'test').info.lowerings).toEqual(lowerings);
    const rest = await events(options(resumed(half.bytes)));
    expect(Buffer.compare(lastCheckpoint(rest), lastCheckpoint(chosen))).toBe(0);
  });

  it.each([nodeExecutor, interpreterExecutor] satisfies Executor[])(
    'resumes to the same bytes on $name',
    async (executor) => {
      const unbroken = await events(options({ executor, checkpointEvery: 3 }));
      const half = ofType(unbroken, 'checkpoint').find(({ step }) => step === 3)!;
      const rest = await events(options({ executor, ...resumed(half.bytes) }));
      expect(ofType(rest, 'step').map(({ step }) => step)).toEqual([4, 5, 6]);
      expect(Buffer.compare(lastCheckpoint(rest), lastCheckpoint(unbroken))).toBe(0);
      expect(ofType(rest, 'step').at(-1)!.metrics).toEqual(ofType(unbroken, 'step').at(-1)!.metrics);
    },
  );

  it('gives other numbers for another seed, and the same for the same', async () => {
    const [a, b, c] = [await events(options()), await events(options()), await events(options({ seed: 1 }))];
    expect(Buffer.compare(lastCheckpoint(a), lastCheckpoint(b))).toBe(0);
    expect(ofType(a, 'step')[0]!.metrics).not.toEqual(ofType(c, 'step')[0]!.metrics);
  });

  it('means the same on the interpreter and on ONNX Runtime', async () => {
    const [a, b] = [
      await events(options({}, wganGp)),
      await events(options({ executor: interpreterExecutor }, wganGp)),
    ];
    const [left, right] = [ofType(a, 'step').at(-1)!.metrics, ofType(b, 'step').at(-1)!.metrics];
    // Six steps of float32 against float64. The gradient of a bias that moves all scores of a Wasserstein critic alike, such as
    // that of a hidden unit no example switches, is zero but for rounding, which Adam makes steps of.
    const moved = ['critic/scoreReal', 'critic/scoreFake', 'generator/loss'];
    for (const [name, value] of Object.entries(right)) {
      expect(left[name]).toBeCloseTo(value, moved.includes(name) ? 2 : 6);
    }
  });

  it('accumulates micro-batches: a run counts their images and resumes exactly', async () => {
    const unbroken = await events(options({ accumulate: 2, checkpointEvery: 3 }));
    expect(ofType(unbroken, 'step').at(-1)!.images).toBe(6 * 8 * 2);
    const half = ofType(unbroken, 'checkpoint').find(({ step }) => step === 3)!;
    const rest = await events(options({ accumulate: 2, ...resumed(half.bytes) }));
    expect(Buffer.compare(lastCheckpoint(rest), lastCheckpoint(unbroken))).toBe(0);
  });

  it('runs a lazy phase in every k-th step only, and resumes it exactly', async () => {
    const phases: AnyGan['phases'] = (c, data) =>
      gan
        .phases(c, data)
        .map((phase) => (phase.name === 'critic' ? { ...phase, every: 2, repeat: 2 } : phase));
    const lazy = { ...gan, phases };
    const unbroken = await events(options({ checkpointEvery: 3 }, lazy));
    const ran = ofType(unbroken, 'step').map(({ metrics }) => 'critic/loss' in metrics);
    expect(ran).toEqual([true, false, true, false, true, false]);
    const half = ofType(unbroken, 'checkpoint').find(({ step }) => step === 3)!;
    const rest = await events(options(resumed(half.bytes), lazy));
    expect(Buffer.compare(lastCheckpoint(rest), lastCheckpoint(unbroken))).toBe(0);
  });

  it('never writes a checkpoint of numbers that are not finite', async () => {
    const overflowing: AnyGan = {
      ...gan,
      optimizers: (c) => ({ ...gan.optimizers(c), G: { ...gan.optimizers(c).G!, lr: 1e39 } }),
    };
    const all: TrainEvent[] = [];
    const run = async () => {
      for await (const event of train(options({ steps: 1 }, overflowing))) all.push(event);
    };
    await expect(run()).rejects.toThrow(/'.*G\/.*' holds numbers that are not finite at step 1/);
    expect(ofType(all, 'checkpoint').map(({ step }) => step)).toEqual([0]);
  });

  it('reports the mean over the repeats of a phase', async () => {
    const metrics = ofType(await events(options({ steps: 1 }, wganGp)), 'step')[0]!.metrics;
    const { 'critic/loss': loss, 'critic/gap': gap, 'critic/penalty': penalty } = metrics;
    expect(loss).toBeCloseTo(gap! + 0.1 * penalty!, 5);
  });

  it('saves and stops between steps when asked to', async () => {
    let steps = 0;
    const all: TrainEvent[] = [];
    for await (const event of train(options({ steps: 100, shouldStop: () => steps === 2 }))) {
      if (event.type === 'step') steps++;
      all.push(event);
    }
    expect(all.slice(-3).map((event) => event.type)).toEqual(['samples', 'checkpoint', 'end']);
    expect(all.at(-1)).toMatchObject({ step: 2, reason: 'stopped' });
  });

  it('stops at a number that is not finite, naming phase and tensor', async () => {
    const phases: AnyGan['phases'] = (c, data) => [
      {
        name: 'critic',
        trains: 'D',
        step: ({ D }, { real }) => ({ loss: mean(log(sub(D!(real!), D!(real!)))) }),
      },
      ...gan.phases(c, data).slice(1),
    ];
    const broken = { ...gan, phases };
    await expect(events(options({}, broken))).rejects.toThrow(
      /gan\/critic: loss became (NaN|-Infinity).*first tensor that went bad is log.*lower learning rate \(now lr\/D 0.001/s,
    );
  });
});

describe('a checkpoint', () => {
  it('knows its GAN, settings and data', async () => {
    const { info } = decodeCheckpoint(lastCheckpoint(await events(options({ steps: 1 }))), 'test');
    expect(info).toMatchObject({
      gan: 'gan',
      step: 1,
      seed: 0,
      data: { kind: 'points', shape: [2], name: 'ring' },
    });
    expect(info.config).toMatchObject({ generator: [8] });
  });

  it('is refused by other settings', async () => {
    const bytes = lastCheckpoint(await events(options({ steps: 1 })));
    const other = options({
      ...resumed(bytes),
      config: { ...options().config, generator: [9] } as TrainOptions['config'],
    });
    await expect(events(other)).rejects.toThrow(
      /test holds 'G\/fc1\/weight' as \[8, 2\], but the settings ask for \[9, 2\]/,
    );
  });

  it('of a newer format is refused', async () => {
    const bytes = lastCheckpoint(await events(options({ steps: 1 })));
    const { tensors, metadata } = decodeSafetensors(bytes, 'test');
    const newer = encodeSafetensors(tensors, {
      gansmith: metadata.gansmith!.replace('"format":1', '"format":9'),
    });
    expect(() => decodeCheckpoint(newer, 'file')).toThrow(
      /file was written by a newer gansmith \(checkpoint format 9/,
    );
  });
});
