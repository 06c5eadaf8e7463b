import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { encodePng } from '../../src/base/png.ts';
import { randomStream } from '../../src/base/random.ts';
import { openData } from '../../src/data/node.ts';
import type * as trainSelfSupervisedModule from '../../src/features/trainSelfSupervised.ts';
import { eventsOf, folderWith, run, SMALL, start, succeed } from '../support/gansmith.ts';
import { runHere, succeedHere } from '../support/inProcess.ts';

/* Scores of runs and of pictures. */

// Features of one's own are learned in 15 steps here; the 600 of users take minutes.
vi.mock('../../src/features/trainSelfSupervised.ts', async (original) => {
  const { trainSelfSupervised } = await original<typeof trainSelfSupervisedModule>();
  const short: typeof trainSelfSupervised = (data, options) =>
    trainSelfSupervised(data, { ...options, steps: 15 });
  return { trainSelfSupervised: short };
});

const digits = await openData('mnist:test');

/** Digits `from` to `to` as PNG files, with noise of a strength. */
function pictures(folder: string, from: number, to: number, noise = 0): Record<string, Uint8Array> {
  const stream = randomStream(from, 'noise');
  const files: Record<string, Uint8Array> = {};
  for (let i = from; i < to; i++) {
    const { real } = digits.read([i]);
    const data = Uint8Array.from(real, (value) => {
      const noisy = value + noise * stream.normal();
      return Math.min(255, Math.max(0, Math.round((noisy + 1) * 127.5)));
    });
    files[`${folder}/${i}.png`] = encodePng({ width: 28, height: 28, channels: 1, data });
  }
  return files;
}

const grey = (side: number, channels: 1 | 3 = 1, value = 100) =>
  encodePng({
    width: side,
    height: side,
    channels,
    // Coloured where there are three channels, or the picture would count as grey.
    data: Uint8Array.from(
      { length: side * side * channels },
      (_, i) => (value + (i % channels) * 30 + i) % 256,
    ),
  });

const linesOf = (path: string) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('gansmith eval of folders', () => {
  const good = pictures('good', 200, 300);
  const folder = folderWith({
    ...pictures('real', 0, 120),
    ...pictures('few', 100, 116),
    ...good,
    ...pictures('noisy', 300, 400, 0.6),
  });
  const against = ['--against', 'real', '--features', 'mnist', '--json'];
  const score = async (...args: string[]) =>
    eventsOf(await succeedHere(['eval', ...args, ...against], folder));

  test('prints one line a number, with interval, features, hash and protocol', async () => {
    const lines = await score('good', '--metrics', 'fd,kd,pr,is,swd');
    expect(lines.map(({ metric }) => metric)).toEqual(['fd', 'kd', 'precision', 'recall', 'is', 'swd']);
    for (const line of lines) {
      const [low, high] = line.interval as [number, number];
      expect(low).toBeLessThanOrEqual(line.value as number);
      expect(high).toBeGreaterThanOrEqual(line.value as number);
      expect(line).toMatchObject({ of: 'good', against: `folder:${folder}/real`, samples: 100, seed: 0 });
      expect(line.protocol).toMatch(/^100 samples against real data [0-9a-f]{16}, 120 of 120; /);
    }
    expect(lines[0]).toMatchObject({ features: 'mnist', hash: expect.stringMatching(/^2abb92156da6/) });
    expect(lines.at(-1)).toMatchObject({ metric: 'swd', features: null, hash: null });
  });

  test('finds the features of real images in the cache, and gives the same numbers', async () => {
    const [first] = await score('good', '--metrics', 'fd');
    const cache = join(folder, '.cache/features');
    // The features, and their mean and covariance; those of the generated images are gone when the scores are there.
    expect(readdirSync(cache)).toHaveLength(2);
    expect(await score('good', '--metrics', 'fd')).toEqual([first]);
    // What the cache holds is what counts: a damaged file is made anew.
    for (const file of readdirSync(cache)) {
      writeFileSync(join(cache, file), 'damaged');
      expect(await score('good', '--metrics', 'fd')).toEqual([first]);
      expect(readFileSync(join(cache, file)).length).toBeGreaterThan(1000);
    }
  });

  test('tells noisy pictures from good ones by the verdict of the intervals', async () => {
    const save = async (name: string, ...args: string[]) =>
      writeFileSync(
        join(folder, `${name}.jsonl`),
        await succeedHere(['eval', ...args, ...against, '--metrics', 'fd,pr'], folder),
      );
    await save('good', 'good');
    await save('noisy', 'noisy');
    const verdicts = async (...files: string[]) =>
      eventsOf(await succeedHere(['compare', ...files, '--json', '--metrics', 'fd'], folder)).map(
        ({ verdict }) => verdict,
      );
    expect(await verdicts('good.jsonl', 'noisy.jsonl')).toEqual([undefined, 'worse']);
    expect(await verdicts('noisy.jsonl', 'good.jsonl')).toEqual([undefined, 'better']);
    expect(await verdicts('good.jsonl', 'good.jsonl')).toEqual([undefined, 'cannot tell']);
    expect(await succeedHere(['compare', 'good.jsonl', 'noisy.jsonl'], folder)).toMatch(
      /fd \(lower is better; features mnist 2abb92156da6\)\n {2}good\.jsonl +\S+ +\S+ to \S+\n {2}noisy\.jsonl .* worse\n/,
    );
    await save('fewer', 'good', '--samples', '50');
    const { code, stderr } = await runHere(['compare', 'good.jsonl', 'fewer.jsonl'], folder);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^gansmith: fewer\.jsonl and good\.jsonl: fd of one is taken with protocol '50 samples .*', that of the other with '100 samples .*'; such numbers do not compare/,
    );
  });

  test('takes an archive as the folder it was made of', async () => {
    const zip = zipSync(
      Object.fromEntries(
        Object.entries(good).map(([name, bytes]) => [name.replace('good/', 'pictures/'), bytes]),
      ),
    );
    writeFileSync(join(folder, 'good.zip'), zip);
    const [asFolder] = await score('good', '--metrics', 'fd');
    expect(await score('good.zip', '--metrics', 'fd')).toEqual([{ ...asFolder, of: 'good.zip' }]);
    const [reverse] = eventsOf(
      await succeedHere(
        ['eval', 'real', '--against', 'good.zip', '--features', 'mnist', '--metrics', 'fd', '--json'],
        folder,
      ),
    );
    expect(reverse).toMatchObject({ against: `zip:${folder}/good.zip`, samples: 120 });
    expect(Math.abs(Number(reverse!.value) - Number(asFolder!.value))).toBeLessThan(1e-9);
  });

  test("learns features of one's own data once, and uses them again", async () => {
    const args = ['eval', 'good', '--against', 'few', '--size', '8', '--features', 'self', '--json'];
    const [first] = eventsOf(await succeedHere([...args, '--metrics', 'fd'], folder));
    expect(first).toMatchObject({ metric: 'fd', features: 'self', samples: 100 });
    const [file, ...others] = readdirSync(join(folder, '.cache/self'));
    expect(others).toEqual([]);
    const learned = statSync(join(folder, '.cache/self', file!)).mtimeMs;
    const again = eventsOf(await succeedHere([...args, '--metrics', 'fd,pr'], folder));
    expect(again[0]).toEqual(first);
    expect(statSync(join(folder, '.cache/self', file!)).mtimeMs).toBe(learned);
    // The features tell noise from digits.
    const noisy = ['eval', 'noisy', ...args.slice(2), '--metrics', 'fd'];
    const [worse] = eventsOf(await succeedHere(noisy, folder));
    expect(worse!.hash).toBe(first!.hash);
    expect(Number(worse!.value)).toBeGreaterThan(1.3 * Number(first!.value));
  });

  test('shows a table to people', async () => {
    const text = await succeedHere(['eval', 'good', '--against', 'real', '--features', 'mnist'], folder);
    expect(text).toMatch(/^good: 100 of 100 images\nagainst {3}folder:.*real: 120 images, fingerprint /);
    expect(text).toMatch(
      /features {2}mnist, hash 2abb92156da6\n +value +95 % interval +real data +better\n {2}fd /,
    );
    expect(text).toMatch(/ {2}recall +0\.\d+ +0\.\d+ to \d\S* +higher\n/);
  });
});

describe('gansmith eval of a run', () => {
  const folder = folderWith(pictures('real', 0, 80));
  const trainGan = ['train', 'gan', '--data', 'folder:./real', '--size', '28', '--tune', '0', ...SMALL];
  const scored = ['--eval', 'every=2', 'metrics=fd', 'samples=40', 'features=mnist', '--json'];
  const small = ['--metrics', 'fd,pr', '--samples', '60', '--features', 'mnist'];
  const [whole, half] = ['runs/00000-gan-real', 'runs/00001-gan-real'];
  const scoresIn = (events: ReturnType<typeof eventsOf>) =>
    events.filter(({ type }) => type === 'score').map(({ step, value }) => [step, value]);
  let events: ReturnType<typeof eventsOf>;
  beforeAll(async () => {
    events = eventsOf(
      await succeed([...trainGan, '--steps', '6', '--checkpoint-every', '4', ...scored], folder),
    );
  });

  test('goes on during training, keeps the best checkpoint, and is cut back on resume', async () => {
    expect(scoresIn(events).map(([step]) => step)).toEqual([2, 4, 6]);
    expect(existsSync(join(folder, whole, 'checkpoints/best.safetensors'))).toBe(true);
    const all = linesOf(join(folder, whole, 'metric-fd.jsonl'));
    expect(all.map(({ step, value }) => [step, value])).toEqual(scoresIn(events));
    await succeed([...trainGan, '--steps', '4', ...scored], folder);
    // What a killed run wrote after its checkpoint is gone when it goes on.
    const file = join(folder, half, 'metric-fd.jsonl');
    const lines = readFileSync(file, 'utf8');
    writeFileSync(file, `${lines}${JSON.stringify({ ...all[0], step: 9 })}\n{"metric":"f`);
    const rest = eventsOf(await succeed(['resume', half, '--steps', '6', '--json'], folder));
    expect(scoresIn(rest)).toEqual(scoresIn(events).slice(2));
    expect(linesOf(file)).toEqual(all);
    expect(readFileSync(file, 'utf8').startsWith(lines)).toBe(true);
    const last = (of: typeof events) => of.filter(({ type, step }) => type === 'step' && step === 6);
    expect(last(rest).map(({ metrics }) => metrics)).toEqual(last(events).map(({ metrics }) => metrics));
  });

  test('is kept in the folder of the run, and runs are compared', async () => {
    for (const name of [whole, half]) {
      const lines = eventsOf(await succeedHere(['eval', name, ...small, '--json'], folder));
      expect(linesOf(join(folder, name, 'metric-recall.jsonl'))).toEqual([lines[2]]);
      expect(lines[0]).toMatchObject({ metric: 'fd', step: 6, of: name, against: `folder:${folder}/real` });
      expect(lines[0]!.notes).toContainEqual(
        expect.stringMatching(/^60 generated images are no more than the 64 features/),
      );
    }
    const compared = await succeedHere(['compare', whole, half], folder);
    expect(compared).toMatch(/runs\/00001-gan-real, step 6 .*cannot tell\n/);
    // A checkpoint of a run is scored into the run; the same samples have the same score.
    const checkpoint = join(whole, 'checkpoints/000006.safetensors');
    await succeedHere(['eval', checkpoint, ...small, '--json'], folder);
    const [first, second] = linesOf(join(folder, whole, 'metric-recall.jsonl'));
    expect({ ...second, of: first.of }).toEqual(first);
  });

  test.each([
    [
      'cas',
      /cas \(classification accuracy score\): runs\/00000-gan-real has no classes; it is for conditional/,
    ],
    ['intra-fd', /intra-fd .*: runs\/00000-gan-real has no classes; it is for conditional runs/],
  ])('%s is refused of an unconditional run', async (metric, message) => {
    const args = ['eval', whole, '--held-out', 'real', '--samples', '80', '--features', 'mnist'];
    const { code, stdout, stderr } = await runHere([...args, '--metrics', metric], folder);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  test('ends with 130 and whole lines on Ctrl-C; the same again finds the features', async () => {
    const args = ['eval', whole, '--samples', '2500', '--features', 'mnist', '--json', '--metrics'];
    const running = start([...args, 'fd-diagonal,kd,pr,dc,mmd,swd'], folder);
    await running.line((line) => line.includes('"fd-diagonal"'));
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
    expect(stdout.endsWith('}\n')).toBe(true);
    expect(eventsOf(stdout).length).toBeLessThan(8);
    expect(linesOf(join(folder, whole, 'metric-fd-diagonal.jsonl'))).toHaveLength(1);
    // Two blocks of features of the samples stayed, and are looked for no more after a whole evaluation.
    const kept = () => readdirSync(join(folder, '.cache/features')).length;
    const interrupted = kept();
    const again = eventsOf(await succeedHere([...args, 'fd-diagonal'], folder));
    expect(again).toEqual(eventsOf(stdout).slice(0, 1));
    expect(kept()).toBe(interrupted - 2);
  });
});

describe('gansmith eval of a run on padded digits', () => {
  const folder = folderWith();
  const size = ['--data', 'mnist:test', '--size', '32', '--tune', '0'];
  const small = ['--metrics', 'fd,ppl', '--samples', '100', '--json'];
  const note =
    'the data were padded to 32x32 pixels: real and generated images are compared cropped to 28x28';
  const name = 'runs/00000-gan-mnist-test';
  const score = async (...args: string[]) =>
    eventsOf(await succeedHere(['eval', name, ...small, ...args], folder));

  test('takes the features, the real data and the protocol of digits as they are', async () => {
    const evaluation = ['--eval', 'every=2', 'metrics=fd', 'samples=100', '--json'];
    const trained = eventsOf(
      await succeed(['train', 'gan', ...size, ...SMALL, '--steps', '2', ...evaluation], folder),
    );
    const lines = await score();
    for (const line of lines) expect(line).toMatchObject({ features: 'mnist', notes: [note] });
    expect(lines.map(({ metric }) => metric)).toEqual(['fd', 'ppl-full', 'ppl-end']);
    expect(lines[0]!.protocol).toContain(`real data ${digits.fingerprint}, 10000 of 10000`);
    // What is scored while it trains is the same.
    const { value, protocol } = trained.find(({ type }) => type === 'score')!;
    expect({ value, protocol }).toEqual({ value: lines[0]!.value, protocol: lines[0]!.protocol });
    // Named data are brought to the form that the run's own were in.
    const [against] = await score('--against', 'mnist:test', '--metrics', 'fd');
    expect(against).toEqual(lines[0]);
  });

  test('keeps the padding where a size is asked for', async () => {
    const [line] = await score('--size', '32', '--metrics', 'swd');
    expect(line).toMatchObject({ metric: 'swd' });
    expect(line!.notes).toBeUndefined();
    expect(line!.protocol).not.toContain(digits.fingerprint);
  });
});

describe('what cannot be scored is refused in words', () => {
  const folder = folderWith({
    ...pictures('real', 0, 30),
    'rgb/a.png': grey(28, 3),
    'rgb/b.png': grey(28, 3, 50),
    'mixed/a.png': grey(28),
    'mixed/b.png': grey(20),
    'blank/a.png': grey(28),
    'blank/b.png': grey(28),
    'other.jsonl': '{"a":1}\n',
    'one.safetensors': 'nothing',
  });
  test.each<[string[], RegExp]>([
    [['eval', 'real'], /real holds pictures; say what to compare them with by --against/],
    [['eval', './nothing'], /there is nothing at \.\/nothing; give the folder of a run/],
    [['eval', 'ring', '--against', 'ring'], /ring holds points; scores are of images/],
    [
      ['eval', 'real', '--against', 'real', '--metrics', 'fdd'],
      /there is no metric 'fdd'; did you mean 'fd'\?/,
    ],
    [['eval', 'real', '--against', 'real', '--metrics', 'fd,fd'], /'fd' is given twice/],
    [
      ['eval', 'real', '--against', 'real', '--samples', '31'],
      /--samples 31: folder:.* holds 30 images only/,
    ],
    [
      ['eval', 'real', '--against', 'real', '--metrics', 'is', '--features', 'mnist'],
      /is \(Inception Score .*\): folder:.* gives 30 images, and at least 100 are needed/,
    ],
    [
      ['eval', 'rgb', '--against', 'real'],
      /rgb holds images that are RGB, 28x28 pixels, and folder:.* images that are grey, 28x28 pixels; bring both to one form by --size or --channels/,
    ],
    [
      ['eval', 'mixed', '--against', 'real'],
      /b\.png: is 20x20 pixels, and others are 28x28; bring them to one size/,
    ],
    [
      ['eval', 'real', '--against', 'real', '--metrics', 'fid', '--features', 'mnist'],
      /fid \(FID\): 'mnist' is not the network of FID with its published weights/,
    ],
    [
      ['eval', 'real', '--against', 'real', '--metrics', 'fd', '--features', 'inception-fid'],
      /the weights of the Inception network are not in .*weights: they are not part of gansmith/,
    ],
    [
      ['eval', 'real', '--against', 'real', '--metrics', 'intra-fd', '--features', 'mnist'],
      /intra-fd .*: folder:.*real has no classes; it is for conditional runs/,
    ],
    [
      ['eval', 'real', '--against', 'folder:real', '--metrics', 'memorisation', '--features', 'mnist'],
      /name some by --held-out/,
    ],
    [
      ['eval', 'real', '--against', 'real', '--metrics', 'ppl', '--features', 'mnist'],
      /it follows paths between latents/,
    ],
    [['compare', 'other.jsonl', 'other.jsonl'], /other\.jsonl, line 1: not a score/],
    [['compare', 'real', 'real'], /real has no scores yet; take them by 'gansmith eval real'/],
    [['compare', 'real'], /give two or more/],
    [['train', 'gan', '--data', 'ring', '--steps', '1', '--eval', 'every=1'], /--eval: scores are of images/],
    [['train', 'gan', '--eval', 'evry=1'], /there is no setting 'evry'; did you mean 'every'\?/],
  ])('%s', async (args, message) => {
    // What trains has a thread of built code.
    const { code, stdout, stderr } = await (args[0] === 'train' ? run : runHere)(args, folder);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/unexpected|\n {4}at /);
    expect({ code: code !== 0, stdout }).toEqual({ code: true, stdout: '' });
  });

  test('identical images are scored, and told', async () => {
    const args = ['eval', 'blank', '--against', 'real', '--features', 'mnist', '--metrics', 'fd', '--json'];
    const [line] = eventsOf(await succeedHere(args, folder));
    expect(line!.notes).toContain('1 of 2 generated images are exact copies of others');
    expect(line!.interval).toBeNull();
  });
});
