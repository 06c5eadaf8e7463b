import { expect, it } from 'vitest';
import { constantSpec } from '../gan/update.ts';
import { interpreterExecutor } from '../runtime/interpreter.ts';
import type { Checkpoint } from './checkpoint.ts';
import { misfitText, transferStates } from './transfer.ts';

const spec = (name: string, shape: number[]) => [name, constantSpec(shape, 0, name)] as const;
const stored = (shape: number[], value: number) => ({
  dtype: 'F32' as const,
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value),
});
const checkpoint = (tensors: Record<string, ReturnType<typeof stored>>): Checkpoint => ({
  tensors: new Map(Object.entries(tensors)),
  info: { gan: 'stylegan2', data: { name: 'faces' } } as Checkpoint['info'],
});

it('takes over weights, averages and statistics of the same shape, and nothing of the run', () => {
  const names = ['G/weight', 'average/G/weight', 'M/w/mean', 'optimizer/G/weight/v', 'D/augment/p'];
  const specs = new Map([...names.map((name) => spec(name, [2])), spec('D/out/weight', [3])]);
  const states = interpreterExecutor.createStates();
  for (const [name, { shape }] of specs) states.write(name, shape, new Float32Array(shape[0]!));
  const other = checkpoint({
    ...Object.fromEntries(names.map((name) => [name, stored([2], 7)])),
    'D/out/weight': stored([5], 7),
  });
  const transferred = transferStates(states, specs, other, 'a.safetensors');
  expect(transferred).toEqual({
    taken: ['G/weight', 'average/G/weight', 'M/w/mean'],
    drawn: ['D/out/weight'],
  });
  expect(misfitText(transferred, specs, other, 'a.safetensors')).toBe(
    'a.safetensors: 1 of the 3 tensors of these networks do not fit and begin anew: D/out/weight is [3] here and [5] there',
  );
  expect([...states.read('G/weight')]).toEqual([7, 7]);
  for (const name of ['optimizer/G/weight/v', 'D/augment/p', 'D/out/weight'])
    expect([...states.read(name)].every((value) => value === 0)).toBe(true);
});

it('refuses a checkpoint of other networks', () => {
  const states = interpreterExecutor.createStates();
  expect(() =>
    transferStates(states, new Map([spec('G/weight', [2])]), checkpoint({}), 'a.safetensors'),
  ).toThrow('a.safetensors holds no weights that fit these networks: it is of stylegan2 on faces');
});

it('names the first of many tensors that do not fit, and says nothing where all do', () => {
  const names = Array.from({ length: 10 }, (_, i) => `G/${i}/weight`);
  const specs = new Map(names.map((name) => spec(name, [2])));
  const told = (drawn: string[]) =>
    misfitText({ taken: [], drawn }, specs, checkpoint({ 'G/0/weight': stored([3], 1) }), 'a.safetensors');
  expect(told([])).toBeUndefined();
  expect(told(names)).toBe(
    'a.safetensors: 10 of the 10 tensors of these networks do not fit and begin anew: G/0/weight is [2] here and [3] there, ' +
      `${names
        .slice(1, 8)
        .map((name) => `${name} is not there`)
        .join(', ')}, and 2 more`,
  );
});
