import { expect, it } from 'vitest';
import { openPoints } from '../data/points.ts';
import { resolveConfig } from '../gan/config.ts';
import { interpreterExecutor as executor } from '../runtime/interpreter.ts';
import { gan } from '../zoo/index.ts';
import { train } from './loop.ts';

const data = openPoints('ring');
const config = resolveConfig(gan, { batch: 8, generator: [8], critic: [8] }, data);

/** Parameters after iterations in each of which the given networks are trained. */
async function after(moves: readonly (readonly string[] | undefined)[]) {
  const states = executor.createStates();
  let next = 0;
  const keys: string[][] = [];
  const run = { gan, config, data, executor, states, seed: 4, steps: moves.length, sampleCount: 1 };
  for await (const event of train({ ...run, trains: () => moves[next++] })) {
    if (event.type === 'step')
      keys.push([...new Set(Object.keys(event.metrics).map((key) => key.split('/')[0]!))]);
  }
  const of = (network: string) =>
    states
      .names()
      .filter((name) => name.startsWith(`${network}/`))
      .flatMap((name) => Array.from(states.read(name)));
  return { D: of('D'), G: of('G'), keys };
}

it('trains one network and leaves the other as it is', async () => {
  const start = await after([]);
  const critic = await after([['D']]);
  expect(critic.G).toEqual(start.G);
  expect(critic.D).not.toEqual(start.D);
  expect(critic.keys).toEqual([['critic']]);
  const generator = await after([['G']]);
  expect(generator.D).toEqual(start.D);
  expect(generator.G).not.toEqual(start.G);
  expect(generator.keys).toEqual([['generator']]);
});

it('trains all when asked for all, and comes the same way by the same answers', async () => {
  expect(await after([undefined, ['D', 'G']])).toEqual(await after([['G', 'D'], undefined]));
  const way = [['D'], undefined, ['G'], ['D']];
  expect(await after(way)).toEqual(await after(way));
});
