import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { eventsOf, folderWith, run, SMALL, start } from '../support/gansmith.ts';
import { writeRun } from '../support/studioRuns.ts';

const root = resolve(import.meta.dirname, '../..');

/** The printed address, and its token. */
async function opened(studio: ReturnType<typeof start>) {
  const line = await studio.line((text) => text.includes('http://'));
  const [, url, token] = /(http:\/\/127\.0\.0\.1:\d+\/)#token=([\w-]{20,})/.exec(line)!;
  return { url: url!, token: token! };
}

it('ends at Ctrl-C at once when it trains nothing, whoever listens', async () => {
  const folder = folderWith();
  writeRun(join(folder, 'runs'), '00000-gan-ring', 10);
  const studio = start(['studio', '--no-open', '--port', '0'], folder);
  const { url } = await opened(studio);
  const stream = await fetch(`${url}api/stream?run=00000-gan-ring`);
  const reader = stream.body!.getReader();
  await reader.read();
  studio.child.kill('SIGINT');
  expect(await studio.ended).toMatchObject({ code: 0, stderr: '' });
  await reader.cancel().catch(() => {});
});

it('saves the run it trains at Ctrl-C', async () => {
  const folder = folderWith();
  const studio = start(['studio', '--no-open', '--port', '0'], folder);
  expect(await studio.line((text) => text.includes('no runs'))).toContain('There are no runs in runs yet');
  const { url, token } = await opened(studio);
  const settings = Object.fromEntries(SMALL.map((word) => word.split('=')));
  const answer = await fetch(`${url}api/train`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-gansmith-token': token },
    body: JSON.stringify({ gan: 'gan', data: 'ring', steps: 1_000_000, settings }),
  });
  expect(answer.status).toBe(202);
  await expect
    .poll(async () => (await (await fetch(`${url}api/runs`)).json())[0]?.step ?? 0, { timeout: 30_000 })
    .toBeGreaterThan(0);
  studio.child.kill('SIGINT');
  expect(await studio.ended).toMatchObject({ code: 0, stderr: '' });
  const events = eventsOf(readFileSync(join(folder, 'runs/00000-gan-ring/events.jsonl'), 'utf8'));
  expect(events.at(-1)).toMatchObject({ type: 'end', reason: 'stopped' });
  expect(events.at(-2)).toMatchObject({ type: 'checkpoint' });
});

it('says when its port is taken, its folder a file, or its pages are not built', async () => {
  const folder = folderWith({ file: '' });
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  expect(await run(['studio', '--no-open', '--port', String(port)], folder)).toMatchObject({
    code: 2,
    stdout: '',
    stderr: `gansmith: --port ${port} is taken by another program, or another studio; leave out --port to get the next free one\n`,
  });
  server.close();
  expect(await run(['studio', '--runs', 'file'], folder)).toMatchObject({
    code: 2,
    stderr: 'gansmith: --runs file is a file; give the folder that holds the folders of runs\n',
  });
  // From the sources there are no built pages beside the command line.
  const fromSource = [join(root, 'node_modules/.bin/tsx'), join(root, 'src/cli/main.ts')];
  const { code, stderr } = await start(['studio', '--no-open'], folder, fromSource).ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^gansmith: the pages of the studio are missing at .*; build them with 'npm run build'/,
  );
});
