import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folderWith } from '../../test/support/gansmith.ts';
import { GansmithError } from '../base/errors.ts';
import { type Protocol, protocols, type Scores } from '../evaluate/modes/index.ts';
import { interpreterExecutor } from '../runtime/interpreter.ts';
import { openBenchFolder } from './benchFolder.ts';
import { createTrialRunner } from './benchTrial.ts';

const ring = protocols.find(({ name }) => name === 'ring')!;

/** One step of a small plain game on the ring, scored as given. */
async function trial(
  out: string,
  { score = () => ({ modes: 8 }), lr = 1e-3, protocol: recipes = 'quick' }: Partial<Parts> = {},
) {
  const protocol: Protocol = { ...ring, score };
  const system = {
    ...ring.systems[0]!,
    settings: () => ({ preset: 'points', generator: [4], critic: [4], batch: 8, lr }),
  };
  const runner = createTrialRunner({
    ...{ protocol: recipes, steps: 2, threads: 1, firstSeed: 0, json: true },
    executor: interpreterExecutor,
    folder: openBenchFolder(out),
  });
  try {
    return await runner.run(protocol, system, await protocol.open(), 0);
  } finally {
    runner.close();
  }
}
interface Parts {
  score: () => Scores;
  lr: number;
  protocol: string;
}

const kept = (out: string): string => readFileSync(join(out, 'results.jsonl'), 'utf8');

it('a training that diverges is a result', async () => {
  const out = folderWith();
  expect(await trial(out, { lr: 1e300 })).toMatchObject({
    system: 'gan',
    seed: 0,
    failed: expect.any(String),
  });
  expect(kept(out)).toContain('"failed":');
});

it('what goes wrong otherwise is no result, and is tried again the next time', async () => {
  const out = folderWith();
  const score = () => {
    throw new GansmithError('the classifier could not be read');
  };
  await expect(trial(out, { score })).rejects.toThrow('the classifier could not be read');
  expect(kept(out)).toBe('');
  expect(await trial(out)).toMatchObject({ modes: 8 });
});

it("a paper's recipe and a quick trial have plots of their own", async () => {
  const out = folderWith();
  await trial(out);
  await trial(out, { protocol: 'pacgan' });
  expect(readdirSync(out).filter((name) => name.endsWith('.png'))).toEqual([
    'ring-gan-0.png',
    'ring-pacgan-gan-0.png',
  ]);
});
