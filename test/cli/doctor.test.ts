import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventsOf, folderWith, run, succeed } from '../support/gansmith.ts';
import { runBuilt, succeedBuilt } from '../support/inProcess.ts';

const SMALL = ['batch=32', 'generator=[16]', 'critic=[16]'];
/** A generator that does not learn beside a critic that does. */
const stuck = ['train', 'gan', '--data', 'ring', ...SMALL, 'lr=1e-9', 'criticLr=1e-2', '--tune', '0'];

test('a hopeless run is saved and ended with what is wrong with it, and can be looked at and gone on with', async () => {
  const folder = folderWith();
  const often = ['--sample-every', '100', '--steps', '100000'];
  const { code, stdout, stderr } = await run([...stuck, ...often, '--doctor', 'stop'], folder);
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(stdout).toMatch(/doctor \(sure\): The generator is stuck: samples moved by .* % of the real spread/);
  expect(stdout).toMatch(/ {2}try lr=0\.0002: the learning rate 1e-9 is too low to get anywhere/);
  expect(stdout).toMatch(/stopped by the doctor: \d+ steps/);
  expect(stdout).toContain('npx gansmith doctor runs/00000-gan-ring');

  const runFolder = join(folder, 'runs/00000-gan-ring');
  const log = eventsOf(readFileSync(join(runFolder, 'events.jsonl'), 'utf8'));
  const end = log.at(-1)!;
  expect(end).toMatchObject({ type: 'end', reason: 'stopped', by: 'doctor' });
  expect(readdirSync(join(runFolder, 'checkpoints'))).toContain(
    `${String(end.step).padStart(6, '0')}.safetensors`,
  );
  const stuckFindings = log.filter(({ sickness }) => sickness === 'generator-stuck');
  expect(stuckFindings).toHaveLength(1);

  const text = await succeedBuilt(['doctor', 'runs/00000-gan-ring'], folder);
  expect(text).toMatch(/doctor \(sure\): The generator is stuck/);
  expect(text).toMatch(/could not be looked for:[\s\S]*memorisation: it is looked for in images/);
  const diagnosis = JSON.parse(await succeedBuilt(['doctor', 'runs/00000-gan-ring', '--json'], folder));
  expect(diagnosis).toMatchObject({ run: 'runs/00000-gan-ring', step: end.step, healthy: false });
  expect(diagnosis.findings.map(({ sickness }: { sickness: string }) => sickness)).toContain(
    'generator-stuck',
  );

  const further = Number(end.step) + 100;
  const resumed = await succeed(['resume', 'runs/00000-gan-ring', '--steps', `${further}`, '--json'], folder);
  expect(eventsOf(resumed).filter(({ sickness }) => sickness === 'generator-stuck')).toEqual([]);
});

test('what was read again from the log is the same as what an unbroken run says', async () => {
  const sentence = ({ type, step, sickness, evidence }: Record<string, unknown>) =>
    type === 'finding' || type === 'samples' ? [{ type, step, sickness, evidence }] : [];
  const logOf = async (...parts: string[][]) => {
    const folder = folderWith();
    for (const part of parts) await succeed(part, folder);
    return eventsOf(readFileSync(join(folder, 'runs/00000-gan-ring/events.jsonl'), 'utf8')).flatMap(sentence);
  };
  const often = ['--sample-every', '100', '--json'];
  const unbroken = await logOf([...stuck, ...often, '--steps', '600']);
  const broken = await logOf(
    [...stuck, ...often, '--steps', '400'],
    ['resume', 'runs/00000-gan-ring', '--steps', '600', '--json'],
  );
  expect(broken).toEqual(unbroken);
  expect(unbroken.some(({ type }) => type === 'finding')).toBe(true);
});

test('a run without a doctor has no evidence in its log, and is diagnosed from its checkpoint', async () => {
  const folder = folderWith();
  await succeed(['train', 'gan', '--data', 'ring', ...SMALL, '--steps', '10', '--doctor', 'off'], folder);
  const log = eventsOf(readFileSync(join(folder, 'runs/00000-gan-ring/events.jsonl'), 'utf8'));
  expect(log.filter((event) => 'evidence' in event)).toEqual([]);
  const text = await succeedBuilt(['doctor', 'runs/00000-gan-ring', '--samples', '200'], folder);
  expect(text).toMatch(/^runs\/00000-gan-ring at step 10: /);
  expect(text).toContain('a critic too strong: it takes 300 steps to tell');
});

test('a run that broke off with an infinite number is diagnosed by its log', async () => {
  const folder = folderWith();
  const wild = [
    'train',
    'gan',
    '--data',
    'ring',
    ...SMALL,
    'objective=wasserstein',
    'optimizer=sgd',
    'lr=1e9',
  ];
  const { code } = await run([...wild, '--steps', '100'], folder);
  expect(code).toBe(1);
  const text = await succeedBuilt(['doctor', 'runs/00000-gan-ring'], folder);
  expect(text).toMatch(/doctor \(sure\): A number stopped being finite in step \d+: gan\/(critic|generator)/);
  expect(text).toContain('try lr=');
});

test('held-out data of another shape are refused', async () => {
  const folder = folderWith();
  await succeed(['train', 'gan', '--data', 'ring', ...SMALL, '--steps', '2'], folder);
  const { code, stderr } = await runBuilt(['doctor', 'runs/00000-gan-ring', '--held-out', 'bimodal'], folder);
  expect(code).toBe(2);
  expect(stderr).toContain('--held-out bimodal: its examples are of 1, but the run was trained on 2');
});

test('a run with a damaged log, checkpoint or data is diagnosed by what is left, with a warning', async () => {
  const folder = folderWith();
  const path = 'runs/00000-gan-ring';
  await succeed(['train', 'gan', '--data', 'ring', ...SMALL, '--steps', '20', '--tune', '0'], folder);
  const diagnosed = async () => {
    const { code, stdout, stderr } = await run(['doctor', path, '--samples', '100'], folder);
    expect(code).toBe(0);
    return { stdout, stderr };
  };
  expect((await diagnosed()).stderr).toBe('');

  const log = join(folder, path, 'events.jsonl');
  const lines = readFileSync(log, 'utf8').split('\n');
  writeFileSync(log, lines.toSpliced(4, 1, 'null').join('\n'));
  expect((await diagnosed()).stderr).toBe(
    `warning: line 5 of ${path}/events.jsonl is damaged; what the log says from there on is not looked at\n`,
  );

  const record = join(folder, path, 'run.json');
  const text = readFileSync(record, 'utf8');
  writeFileSync(record, text.replace('"source": "ring"', '"source": "folder:/nowhere"'));
  const blind = await diagnosed();
  expect(blind.stderr).toContain('/nowhere does not exist. What the log tells is all there is to go by');
  expect(blind.stdout).toContain('memorisation: the data of the run cannot be opened');
  writeFileSync(record, text);

  const checkpoints = join(folder, path, 'checkpoints');
  for (const name of readdirSync(checkpoints)) truncateSync(join(checkpoints, name), 300);
  const torn = await diagnosed();
  expect(torn.stderr).toMatch(/warning: .*safetensors is truncated: .* What the log tells is all there is/);
  expect(torn.stdout).toContain('memorisation: the run has no checkpoint that can be read');
});
