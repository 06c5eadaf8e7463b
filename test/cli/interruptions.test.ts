import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventsOf, folderWith, run, SMALL, start, succeed } from '../support/gansmith.ts';

const trainPoints = ['train', 'gan', '--data', 'ring', ...SMALL];

describe('Ctrl-C', () => {
  test('once finishes the step, saves and exits with 130; the run goes on from there', async () => {
    const folder = folderWith();
    const training = start([...trainPoints, '--steps', '1000000', '--json'], folder);
    await training.line((line) => line.startsWith('{"type":"step","step":5,'));
    training.child.kill('SIGINT');
    const { code, stdout, stderr } = await training.ended;
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
    const events = eventsOf(stdout);
    expect(events.at(-1)).toMatchObject({ type: 'end', reason: 'stopped' });
    const step = Number(events.at(-1)!.step);
    const status = JSON.parse(readFileSync(join(folder, 'runs/00000-gan-ring/status.json'), 'utf8'));
    expect(status).toMatchObject({ state: 'stopped', step });

    const resumed = eventsOf(
      await succeed(['resume', 'runs/00000-gan-ring', '--steps', `${step + 2}`, '--json'], folder),
    );
    expect(resumed.filter(({ type }) => type === 'step').map((event) => event.step)).toEqual([
      step + 1,
      step + 2,
    ]);
  });

  test('tells a person how to go on', async () => {
    const folder = folderWith();
    const training = start([...trainPoints, '--minutes', '5'], folder);
    await training.line((line) => line.startsWith('step 1 '));
    training.child.kill('SIGINT');
    const { code, stdout } = await training.ended;
    expect(code).toBe(130);
    expect(stdout).toContain('finishing this step, then saving (Ctrl-C again to quit at once)');
    expect(stdout).toContain('go on with: npx gansmith resume runs/00000-gan-ring\n');
  });

  test('twice quits at once', async () => {
    const folder = folderWith();
    const training = start([...trainPoints, '--steps', '1000000'], folder);
    await training.line((line) => line.startsWith('training until'));
    training.child.kill('SIGINT');
    await training.line((line) => line.startsWith('finishing this step'));
    training.child.kill('SIGINT');
    // Ended by the signal itself, which a shell reports as 130.
    const { signal, stderr } = await training.ended;
    expect({ signal, stderr }).toEqual({ signal: 'SIGINT', stderr: '' });
  });
});

describe('a run that goes wrong', () => {
  test('names the phase and tensor that became infinite, and keeps the last checkpoint', async () => {
    const folder = folderWith();
    const { code, stdout, stderr } = await run(
      [...trainPoints, 'lr=1e38', '--steps', '50', '--json'],
      folder,
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/^gansmith: gan\/(critic|generator): .* the first tensor that went bad is /);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(eventsOf(stdout).at(-1)).toMatchObject({
      type: 'error',
      message: expect.stringContaining('became'),
    });
    const runFolder = join(folder, 'runs/00000-gan-ring');
    expect(JSON.parse(readFileSync(join(runFolder, 'status.json'), 'utf8')).state).toBe('failed');
    expect(readdirSync(join(runFolder, 'checkpoints'))).toEqual(['000000.safetensors']);
  });

  test('that was killed goes on from its checkpoint, and passes over a damaged one', async () => {
    const folder = folderWith();
    const training = start(
      [...trainPoints, '--steps', '1000000', '--checkpoint-every', '10', '--json'],
      folder,
    );
    await training.line((line) => line.startsWith('{"type":"step","step":25,'));
    training.child.kill('SIGKILL');
    await training.ended;
    const checkpoints = join(folder, 'runs/00000-gan-ring/checkpoints');
    const [older, newer] = readdirSync(checkpoints)
      .filter((name) => !name.startsWith('.'))
      .sort();
    writeFileSync(join(checkpoints, newer!), readFileSync(join(checkpoints, newer!)).subarray(0, 1000));
    const until = Number.parseInt(older!, 10) + 3;
    const events = eventsOf(
      await succeed(['resume', 'runs/00000-gan-ring', '--steps', `${until}`, '--json'], folder),
    );
    expect(events[1]).toMatchObject({ type: 'start', step: until - 3 });
    expect(events[2]).toMatchObject({
      type: 'warning',
      message: expect.stringMatching(/truncated.*checkpoint before/),
    });
    const log = eventsOf(readFileSync(join(folder, 'runs/00000-gan-ring/events.jsonl'), 'utf8'));
    const steps = log.filter(({ type }) => type === 'step').map(({ step }) => step);
    expect(steps).toEqual(Array.from({ length: until }, (_, i) => i + 1));
  });

  test('that was killed before its first checkpoint starts from the beginning', async () => {
    const folder = folderWith();
    await succeed([...trainPoints, '--steps', '3'], folder);
    const runFolder = join(folder, 'runs/00000-gan-ring');
    const last = () => readFileSync(join(runFolder, 'checkpoints/000003.safetensors'));
    const unbroken = last();
    const log = () => readFileSync(join(runFolder, 'events.jsonl'), 'utf8');
    const types = eventsOf(log()).map(({ type }) => type);
    rmSync(join(runFolder, 'checkpoints'), { recursive: true });
    writeFileSync(join(runFolder, 'events.jsonl'), log().split('\n').slice(0, 3).join('\n'));
    const events = eventsOf(await succeed(['resume', 'runs/00000-gan-ring', '--json'], folder));
    expect(events.slice(0, 4)).toMatchObject([
      { type: 'run', folder: 'runs/00000-gan-ring' },
      { type: 'start', step: 0, totalSteps: 3 },
      { type: 'samples', step: 0 },
      { type: 'checkpoint', step: 0 },
    ]);
    expect(last().equals(unbroken)).toBe(true);
    expect(eventsOf(log()).map(({ type }) => type)).toEqual(types);
  });

  test('leaves quietly when nobody listens any more', async () => {
    const folder = folderWith();
    const training = start([...trainPoints, '--steps', '1000000', '--json'], folder);
    await training.line((line) => line.startsWith('{"type":"step"'));
    training.child.stdout!.destroy();
    const { stderr, signal } = await training.ended;
    expect({ stderr, signal }).toEqual({ stderr: '', signal: null });
    expect(JSON.parse(readFileSync(join(folder, 'runs/00000-gan-ring/status.json'), 'utf8')).state).toBe(
      'stopped',
    );
  });
});

test('a run that goes on with another runtime or processor says so', async () => {
  const folder = folderWith();
  await succeed([...trainPoints, '--steps', '1'], folder);
  const path = join(folder, 'runs/00000-gan-ring/run.json');
  const resumed = async (steps: number) =>
    eventsOf(await succeed(['resume', 'runs/00000-gan-ring', '--steps', `${steps}`, '--json'], folder))
      .filter(({ type }) => type === 'warning')
      .map(({ message }) => message);
  expect(await resumed(2)).toEqual([]);
  const record = readFileSync(path, 'utf8').replace(/"onnxruntime": "[^"]+"/, '"onnxruntime": "1.0.0"');
  writeFileSync(path, record.replace(/"cpu": "[^"]*"/, '"cpu": "Abacus 3"'));
  expect(await resumed(3)).toEqual([
    expect.stringMatching(
      /^runs\/00000-gan-ring began with ONNX Runtime 1\.0\.0 on 'Abacus 3', but this is ONNX Runtime .*: its numbers may differ in their last bits$/,
    ),
  ]);
});
