import { afterEach, describe, expect, it, vi } from 'vitest';
import { conv, grad, input, matmul, mean, mul, state } from '../graph/index.ts';
import type { Program } from '../graph/program.ts';
import { signatureOf } from '../graph/signature.ts';
import type { Tensor } from '../graph/tensor.ts';
import { completeChoices } from './choices.ts';
import { nodeExecutor } from './node.ts';
import { slowExecutor } from './timing.testing.ts';
import { tuneLowerings } from './tune.ts';
import { groupsOf } from './tuneGroups.ts';

const program = (...results: Tensor[]): Program => ({
  name: 'p',
  outputs: new Map(results.map((result, i) => [`y${i}`, mean(result)])),
  updates: new Map(),
});

/** A layer on two batches, with its derivatives: conv, convInput and convWeight, each twice. */
const layer = (size = 32) => {
  const weight = state('w', [32, 32, 3, 3]);
  const images = ['real', 'fake'].map((name) => input(name, [8, 32, size, size]));
  const loss = images
    .map((x) => conv(x, weight, { padding: 1 }))
    .map((y) => mean(mul(mul(y, y), y)))
    .reduce((a, b) => a.add(b));
  return program(loss, ...grad(loss, [...images, weight]));
};
const tinyProduct = matmul(input('a', [4, 4]), state('b', [4, 4]));
const programs = [layer(), program(tinyProduct)];

/** Forms by operation, of those that were decided. */
const byOperation = (choices: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(choices).map(([signature, form]) => [signature.split(' ')[0], form]));
const formsIn = (decided: Readonly<Record<string, { form: string }>>) =>
  byOperation(Object.fromEntries(Object.entries(decided).map(([key, { form }]) => [key, form])));
const USUAL = { conv: 'winograd-4', convInput: 'winograd-4', convWeight: 'winograd-4' };

/** Ten milliseconds a node, or what a form is said to take. */
const additive =
  (times: Record<string, number> = {}) =>
  (forms: readonly string[]) => [forms.reduce((total, form) => total + (times[form] ?? 10), 0)];

afterEach(() => vi.restoreAllMocks());

describe('groups', () => {
  it('hold a layer and its derivatives, on the same tensors', () => {
    const groups = groupsOf(programs);
    expect(groups).toHaveLength(1);
    const nodes = new Map(groups[0]!.kinds.map(({ node }) => [node.op.name, node]));
    expect([...nodes.keys()].sort()).toEqual(['conv', 'convInput', 'convWeight']);
    const [forward, image, weight] = ['conv', 'convInput', 'convWeight'].map(
      (name) => nodes.get(name)!.inputs,
    );
    expect(forward![1]).toBe(image![1]);
    expect(forward![0]).toBe(weight![0]);
    expect(image![0]).toBe(weight![1]);
    // Two passes of three convolutions: 8 x 32 x 32 x 32 results of 32 x 3 x 3 products each.
    expect(groups[0]!.work).toBe(6 * 2 * 8 * 32 * 32 * 32 * (32 * 9));
  });

  it('come with the most work first', () => {
    const work = groupsOf([layer(16), layer(32)]).map((group) => group.work);
    expect(work).toHaveLength(2);
    expect(work[0]).toBe(4 * work[1]!);
  });
});

describe('tuning', () => {
  it('takes a form of one kind that is faster by itself', async () => {
    const { executor } = slowExecutor(additive({ dilated: 2 }));
    const { decided } = await tuneLowerings(programs, executor, { seconds: 60 });
    expect(formsIn(decided)).toEqual({ ...USUAL, convWeight: 'dilated' });
    expect(Object.values(decided).every(({ measured }) => measured)).toBe(true);
  });

  it('takes a form that is faster only where the whole group has it', async () => {
    const joint = (forms: readonly string[]) => forms.every((form) => form === 'winograd-2');
    const { executor } = slowExecutor((forms) =>
      joint(forms) ? [20] : additive({ 'winograd-2': 12 })(forms),
    );
    const { decided } = await tuneLowerings(programs, executor, { seconds: 60 });
    expect(new Set(Object.values(formsIn(decided)))).toEqual(new Set(['winograd-2']));
  });

  it('keeps the usual form when another is hardly faster, or refused', async () => {
    const { executor } = slowExecutor((forms) =>
      forms.includes('dilated') ? 'fails to compile' : additive({ conv: 9, convTranspose: 9.8 })(forms),
    );
    const { decided } = await tuneLowerings(programs, executor, { seconds: 60 });
    expect(formsIn(decided)).toEqual(USUAL);
  });

  it('decides for the usual form what it has no time for, and says so', async () => {
    const { executor, log } = slowExecutor(additive({ dilated: 2 }));
    const { choices, decided } = await tuneLowerings(programs, executor, { seconds: 0.5 });
    expect(log.filter((line) => line.startsWith('run'))).toHaveLength(2);
    expect(formsIn(decided)).toEqual(USUAL);
    expect(Object.values(decided).map(({ measured }) => measured)).toEqual([false, false, false]);
    expect(choices).toEqual(completeChoices(programs));
  });

  it('measures nothing that is known, and leaves that as it is', async () => {
    const all = completeChoices(programs, {});
    const { executor, log } = slowExecutor(additive({ dilated: 2 }));
    expect(await tuneLowerings(programs, executor, { seconds: 60, known: all })).toEqual({
      choices: all,
      decided: {},
    });
    expect(log).toEqual([]);

    const forward = Object.keys(all).find((signature) => signature.startsWith('conv '))!;
    const known = { [forward]: 'conv' };
    const { choices, decided } = await tuneLowerings(programs, executor, { seconds: 60, known });
    expect(byOperation(choices)).toEqual({ ...USUAL, conv: 'conv', convWeight: 'dilated', matmul: 'gemm' });
    expect(Object.keys(formsIn(decided)).sort()).toEqual(['convInput', 'convWeight']);
    expect(log.every((line) => line.split(' ').includes('conv'))).toBe(true);
  });

  it('names small nodes in its choices without measuring them', async () => {
    const { executor, log } = slowExecutor(additive({ matmul: 0 }));
    const { choices, decided } = await tuneLowerings([program(tinyProduct)], executor, { seconds: 60 });
    expect({ choices, decided, log }).toEqual({
      choices: { [signatureOf(tinyProduct)]: 'gemm' },
      decided: {},
      log: [],
    });
  });

  it('gives up where the most work is, rather than measure what matters less', async () => {
    const { executor, log } = slowExecutor(additive());
    const { decided } = await tuneLowerings([layer(16), layer(32)], executor, { seconds: 0.5 });
    expect(log.filter((line) => line.startsWith('run'))).toHaveLength(2);
    expect(Object.values(decided).map(({ measured }) => measured)).toEqual(new Array(6).fill(false));
  });

  it('stops when asked to', async () => {
    const { executor, log } = slowExecutor(additive());
    const { decided } = await tuneLowerings(programs, executor, { seconds: 60, shouldStop: () => true });
    expect(log).toEqual([]);
    expect(Object.values(decided).map(({ measured }) => measured)).toEqual([false, false, false]);
  });

  it('measures real programs', async () => {
    const { decided } = await tuneLowerings([layer(16)], nodeExecutor, { seconds: 60, threads: 1 });
    expect(Object.values(decided).map(({ measured }) => measured)).toEqual([true, true, true]);
  });
});
