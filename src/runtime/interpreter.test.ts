import { expect, it } from 'vitest';
import { input, OPEN, relu, state } from '../graph/index.ts';
import { interpreterExecutor } from './interpreter.ts';

const program = { name: 'test', outputs: new Map([['y', relu(state('w', [1]))]]), updates: new Map() };

it('computes in float64', async () => {
  const states = interpreterExecutor.createStates();
  states.write('w', [1], [0.1]);
  const { outputs } = await (await interpreterExecutor.compile(program)).run({}, states);
  expect(outputs.y).toEqual(Float64Array.of(0.1));
  expect(states.read('w')).toEqual(Float64Array.of(0.1));
});

it('refuses an open batch', async () => {
  const open = { ...program, outputs: new Map([['y', relu(input('x', [OPEN, 2]))]]) };
  await expect(interpreterExecutor.compile(open)).rejects.toThrow(
    'program test: does not compile for interpreter: interpreter: the batch size of [batch, 2] is open',
  );
});
