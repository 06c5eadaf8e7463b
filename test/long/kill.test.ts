import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventsOf, folderWith, run, start } from '../support/gansmith.ts';

const KILLS = 10;
/** Every kind of state: dropout, batch statistics, an averaged generator, summed gradients, several critic steps. */
const TRAIN = [
  ...['train', 'gan', '--data', 'mnist', '--steps', '1500', '--accumulate', '2', '--sample-every', '40'],
  ...['--checkpoint-every', '25', '--threads', '2', '--json'],
  ...['batch=16', 'generator=[64,128]', 'critic=[64]', 'criticSteps=2'],
];
const RUN = 'runs/00000-gan-mnist';

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Starts a command and kills it after up to three seconds; tells whether it ended by itself before. */
async function killAtRandom(args: readonly string[], folder: string): Promise<boolean> {
  const running = start(args, folder);
  const delay = 3000 * Math.random();
  await Promise.race([running.ended, sleep(delay)]);
  running.child.kill('SIGKILL');
  const { signal, code, stderr } = await running.ended;
  expect(stderr, `killed after ${delay} ms`).toBe('');
  return signal === null && code === 0;
}

/** There is a run to go on with as soon as its folder describes it. */
const hasRun = (folder: string): boolean => existsSync(join(folder, RUN, 'run.json'));

/** The log without the times of steps, which no two runs share. */
const logOf = (folder: string) =>
  eventsOf(readFileSync(join(folder, RUN, 'events.jsonl'), 'utf8')).map(
    ({ seconds, compileSeconds, ...event }) => event,
  );

test(`a run killed ${KILLS} times at random ends in the bytes of the unbroken one`, async () => {
  const [unbroken, broken] = [folderWith(), folderWith()];
  expect(await run(TRAIN, unbroken)).toMatchObject({ code: 0, stderr: '' });

  let kills = 0;
  let ended = false;
  while (kills < KILLS && !ended) {
    // Killed before that, it may have claimed the folder's number.
    if (!hasRun(broken)) rmSync(join(broken, 'runs'), { recursive: true, force: true });
    ended = await killAtRandom(hasRun(broken) ? ['resume', RUN, '--json'] : TRAIN, broken);
    if (!ended) kills++;
  }
  expect(kills).toBe(KILLS);
  expect(await run(['resume', RUN, '--json'], broken)).toMatchObject({ code: 0, stderr: '' });

  for (const kind of ['checkpoints', 'samples']) {
    const [expected, found] = [join(unbroken, RUN, kind), join(broken, RUN, kind)];
    expect(readdirSync(found).sort()).toEqual(readdirSync(expected).sort());
    for (const name of readdirSync(expected)) {
      expect(
        readFileSync(join(found, name)).equals(readFileSync(join(expected, name))),
        `${kind}/${name}`,
      ).toBe(true);
    }
  }
  expect(logOf(broken)).toEqual(logOf(unbroken));
});
