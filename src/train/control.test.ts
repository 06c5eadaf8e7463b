import { describe, expect, it } from 'vitest';
import { openPoints } from '../data/points.ts';
import { resolveConfig } from '../gan/config.ts';
import { interpreterExecutor } from '../runtime/interpreter.ts';
import { gan } from '../zoo/index.ts';
import { decodeCheckpoint } from './checkpoint.ts';
import type { Control, RateScale, Wanted } from './control.ts';
import type { TrainEvent } from './events.ts';
import { type TrainOptions, train } from './loop.ts';

const data = openPoints('ring');
const options = (overrides: Partial<TrainOptions> = {}): TrainOptions => ({
  gan,
  config: resolveConfig(gan, { batch: 8, generator: [4], critic: [4] }, data),
  data,
  executor: interpreterExecutor,
  steps: 6,
  sampleCount: 4,
  ...overrides,
});

/** Trains, and asks for something as soon as a step is made. */
async function trained(
  asked: Record<number, Wanted>,
  { onWait, ...overrides }: Partial<TrainOptions> & { onWait?: (want: (now: Wanted) => void) => void } = {},
): Promise<TrainEvent[]> {
  let wanted: Wanted | undefined;
  const control: Control = {
    wanted: () => wanted,
    waited: async () =>
      onWait?.((now) => {
        wanted = now;
      }),
  };
  const all: TrainEvent[] = [];
  for await (const event of train(options({ control, ...overrides }))) {
    if (event.type === 'step' && asked[event.step]) wanted = asked[event.step];
    all.push(event);
  }
  return all;
}

const story = (all: TrainEvent[]) =>
  all.map((event) => ('step' in event ? `${event.type} ${event.step}` : event.type)).slice(3);
const checkpoints = (all: TrainEvent[]) => all.filter((event) => event.type === 'checkpoint');
const from = (bytes: Uint8Array) => ({
  checkpoint: { content: decodeCheckpoint(bytes, 'test'), where: 'test' },
});
const scaled = (rateScale: RateScale): Wanted => ({ pause: false, rateScale });

describe('learning rates changed while a run trains', () => {
  it('hold from the next step on, and are saved before it', async () => {
    const all = await trained({ 2: scaled({ G: 0 }) }, { steps: 4 });
    expect(story(all)).toEqual([
      'step 1',
      'step 2',
      'rate 2',
      'checkpoint 2',
      'step 3',
      'step 4',
      'samples 4',
      'checkpoint 4',
      'end 4',
    ]);
    const weights = checkpoints(all).map(({ bytes }) => decodeCheckpoint(bytes, 'test').tensors);
    const [first, changed, last] = weights.map((tensors) => tensors.get('G/fc1/weight')!.data);
    expect(changed).not.toEqual(first);
    expect(last).toEqual(changed);
    const critics = weights.map((tensors) => tensors.get('D/fc1/weight')!.data);
    expect(critics[2]).not.toEqual(critics[1]);
  });

  it('are gone on with, to the very bits, from any later checkpoint', async () => {
    const unbroken = await trained({ 2: scaled({ G: 0.5, D: 3 }), 4: scaled({ G: 1 }) });
    const [, second, fourth, last] = checkpoints(unbroken);
    const found = ([second!, fourth!] as const).map(
      ({ bytes }) => decodeCheckpoint(bytes, 'test').info.rateScale,
    );
    expect(found).toEqual([{ G: 0.5, D: 3 }, { D: 3 }]);
    const rest = await trained({ 4: scaled({ G: 1 }) }, from(second!.bytes));
    expect(checkpoints(rest).at(-1)!.bytes).toEqual(last!.bytes);
    const end = await trained({}, from(fourth!.bytes));
    expect(checkpoints(end).at(-1)!.bytes).toEqual(last!.bytes);
    const plain = checkpoints(await trained({})).at(-1)!.bytes;
    expect(last!.bytes).not.toEqual(plain);
  });

  it('are neither those of unknown networks nor the same again', async () => {
    const all = await trained({ 2: scaled({ X: 2, G: 1 }), 3: scaled({}) }, { steps: 4 });
    expect(story(all).filter((event) => event.startsWith('rate'))).toEqual([]);
  });
});

describe('a run that is held', () => {
  it('saves once, waits, and goes on to the very bits', async () => {
    let waits = 0;
    const held = await trained(
      { 2: { pause: true } },
      { steps: 3, onWait: (want) => ++waits === 3 && want({ pause: false }) },
    );
    expect(waits).toBe(3);
    expect(story(held)).toEqual([
      'step 1',
      'step 2',
      'checkpoint 2',
      'paused 2',
      'continued 2',
      'step 3',
      'samples 3',
      'checkpoint 3',
      'end 3',
    ]);
    const plain = await trained({}, { steps: 3 });
    expect(checkpoints(held).at(-1)!.bytes).toEqual(checkpoints(plain).at(-1)!.bytes);
  });

  it('takes other learning rates while it is held, and saves them', async () => {
    let waits = 0;
    const held = await trained(
      { 2: { pause: true } },
      {
        steps: 3,
        checkpointEvery: 2,
        onWait: (want) => want({ pause: ++waits < 2, rateScale: { G: 2 } }),
      },
    );
    expect(story(held).slice(2, 7)).toEqual([
      'checkpoint 2',
      'paused 2',
      'rate 2',
      'checkpoint 2',
      'continued 2',
    ]);
  });

  it('ends there when it is stopped', async () => {
    let waits = 0;
    const all = await trained(
      { 2: { pause: true } },
      { onWait: () => void waits++, shouldStop: () => waits > 1 },
    );
    expect(story(all).slice(2)).toEqual(['checkpoint 2', 'paused 2', 'samples 2', 'end 2']);
    expect(all.at(-1)).toMatchObject({ reason: 'stopped' });
  });
});
