import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { encodePng } from '../../src/base/png.ts';
import { randomStream } from '../../src/base/random.ts';
import { openData } from '../../src/data/node.ts';
import { eventsOf, folderWith, run, SMALL, start, succeed } from '../support/gansmith.ts';

/* Scores of runs and of pictures, with the built command line. */

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
  const folder = folderWith({
    ...pictures('real', 0, 120),
    ...pictures('good', 200, 300),
    ...pictures('noisy', 300, 400, 0.6),
  });
  const against = ['--against', 'real', '--features', 'mnist', '--json'];
  const score = async (...args: string[]) => eventsOf(await succeed(['eval', ...args, ...against], folder));

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
    expect(readdirSync(cache)).toHaveLength(1);
    const [file] = readdirSync(cache);
    const [again] = await score('good', '--metrics', 'fd');
    expect(again).toEqual(first);
    // What the cache holds is what counts: a damaged file is made anew.
    writeFileSync(join(cache, file!), 'damaged');
    expect(await score('good', '--metrics', 'fd')).toEqual([first]);
    expect(readFileSync(join(cache, file!)).length).toBeGreaterThan(1000);
  });

  test('tells noisy pictures from good ones by the verdict of the intervals', async () => {
    const save = async (name: string, ...args: string[]) =>
      writeFileSync(
        join(folder, `${name}.jsonl`),
        await succeed(['eval', ...args, ...against, '--metrics', 'fd,pr'], folder),
      );
    await save('good', 'good');
    await save('noisy', 'noisy');
    const verdicts = async (...files: string[]) =>
      eventsOf(await succeed(['compare', ...files, '--json', '--metrics', 'fd'], folder)).map(
        ({ verdict }) => verdict,
      );
    expect(await verdicts('good.jsonl', 'noisy.jsonl')).toEqual([undefined, 'worse']);
    expect(await verdicts('noisy.jsonl', 'good.jsonl')).toEqual([undefined, 'better']);
    expect(await verdicts('good.jsonl', 'good.jsonl')).toEqual([undefined, 'cannot tell']);
    expect(await succeed(['compare', 'good.jsonl', 'noisy.jsonl'], folder)).toMatch(
      /fd \(lower is better; features mnist 2abb92156da6\)\n {2}good\.jsonl +\S+ +\S+ to \S+\n {2}noisy\.jsonl .* worse\n/,
    );
    await save('fewer', 'good', '--samples', '50');
    const { code, stderr } = await run(['compare', 'good.jsonl', 'fewer.jsonl'], folder);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^gansmith: fewer\.jsonl and good\.jsonl: fd of one is taken with protocol '50 samples .*', that of the other with '100 samples .*'; such numbers do not compare/,
    );
  });

  test('shows a table to people', async () => {
    const text = await succeed(['eval', 'good', '--against', 'real', '--features', 'mnist'], folder);
    expect(text).toMatch(/^good: 100 of 100 images\nagainst {3}folder:.*real: 120 images, fingerprint /);
    expect(text).toMatch(
      /features {2}mnist, hash 2abb92156da6\n +value +95 % interval +real data +better\n {2}fd /,
    );
    expect(text).toMatch(/ {2}recall +0\.\d+ +0\.\d+ to \d\S* +higher\n/);
  });
});

describe('gansmith eval of a run', () => {
  const trainGan = ['train', 'gan', '--data', 'folder:./real', '--size', '28', '--tune', '0', ...SMALL];
  const small = ['--metrics', 'fd,pr', '--samples', '60', '--features', 'mnist'];
  const real = pictures('real', 0, 120);

  test('is kept in the folder of the run, and runs are compared', async () => {
    const folder = folderWith(real);
    for (const seed of ['0', '1']) await succeed([...trainGan, '--steps', '2', '--seed', seed], folder);
    for (const name of ['00000-gan-real', '00001-gan-real']) {
      const lines = eventsOf(await succeed(['eval', `runs/${name}`, ...small, '--json'], folder));
      expect(linesOf(join(folder, 'runs', name, 'metric-recall.jsonl'))).toEqual([lines[2]]);
      expect(lines[0]).toMatchObject({
        metric: 'fd',
        step: 2,
        of: `runs/${name}`,
        against: `folder:${folder}/real`,
      });
      expect(lines[0]!.notes).toEqual([
        expect.stringMatching(/^60 generated images are no more than the 64 features/),
      ]);
    }
    const compared = await succeed(['compare', 'runs/00000-gan-real', 'runs/00001-gan-real'], folder);
    expect(compared).toMatch(/runs\/00001-gan-real, step 2 .*(better|worse|cannot tell)\n/);
    // A checkpoint of a run is scored into the run; the same samples have the same score.
    const checkpoint = 'runs/00000-gan-real/checkpoints/000002.safetensors';
    await succeed(['eval', checkpoint, ...small, '--json'], folder);
    const [first, second] = linesOf(join(folder, 'runs/00000-gan-real/metric-fd.jsonl'));
    expect({ ...second, of: first.of }).toEqual(first);
  });

  test('goes on during training, keeps the best checkpoint, and is cut back on resume', async () => {
    const folder = folderWith(real);
    const scored = ['--eval', 'every=2', 'metrics=fd', 'samples=40', 'features=mnist', '--json'];
    const whole = eventsOf(
      await succeed([...trainGan, '--steps', '6', '--checkpoint-every', '4', ...scored], folder),
    );
    const scores = (events: typeof whole) =>
      events.filter(({ type }) => type === 'score').map(({ step, value }) => [step, value]);
    expect(scores(whole).map(([step]) => step)).toEqual([2, 4, 6]);
    expect(existsSync(join(folder, 'runs/00000-gan-real/checkpoints/best.safetensors'))).toBe(true);
    const file = join(folder, 'runs/00000-gan-real/metric-fd.jsonl');
    expect(linesOf(file).map(({ step, value }) => [step, value])).toEqual(scores(whole));
    await succeed([...trainGan, '--steps', '4', ...scored], folder);
    const rest = eventsOf(await succeed(['resume', 'runs/00001-gan-real', '--steps', '6', '--json'], folder));
    expect(scores(rest)).toEqual(scores(whole).slice(2));
    const steps = (events: typeof whole) => events.filter(({ type, step }) => type === 'step' && step === 6);
    expect(steps(rest).map(({ metrics }) => metrics)).toEqual(steps(whole).map(({ metrics }) => metrics));
    // What a killed run wrote after its checkpoint is gone when it goes on.
    const lines = readFileSync(file, 'utf8');
    writeFileSync(file, `${lines}${JSON.stringify({ ...linesOf(file)[0], step: 9 })}\n{"metric":"f`);
    await succeed(['resume', 'runs/00000-gan-real', '--steps', '7', '--json'], folder);
    expect(readFileSync(file, 'utf8')).toBe(lines);
  });

  test('ends with 130 and whole lines on Ctrl-C', async () => {
    const folder = folderWith(real);
    await succeed([...trainGan, '--steps', '1'], folder);
    const running = start(
      [
        'eval',
        'runs/00000-gan-real',
        '--metrics',
        'fd,kd,pr,dc,mmd,swd',
        '--samples',
        '4000',
        '--features',
        'mnist',
        '--json',
      ],
      folder,
    );
    await running.line((line) => line.includes('"fd"'));
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
    expect(stdout.endsWith('}\n')).toBe(true);
    expect(eventsOf(stdout).length).toBeLessThan(8);
    expect(linesOf(join(folder, 'runs/00000-gan-real/metric-fd.jsonl'))).toHaveLength(1);
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
    [['bench', 'systems', '--systems', 'nope'], /there is no system 'nope' for images; there are gan, /],
    [['train', 'gan', '--data', 'ring', '--steps', '1', '--eval', 'every=1'], /--eval: scores are of images/],
    [['train', 'gan', '--eval', 'evry=1'], /there is no setting 'evry'; did you mean 'every'\?/],
  ])('%s', async (args, message) => {
    const { code, stdout, stderr } = await run(args, folder);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/unexpected|\n {4}at /);
    expect({ code: code !== 0, stdout }).toEqual({ code: true, stdout: '' });
  });

  test('identical images are scored, and told', async () => {
    const args = ['eval', 'blank', '--against', 'real', '--features', 'mnist', '--metrics', 'fd', '--json'];
    const [line] = eventsOf(await succeed(args, folder));
    expect(line!.notes).toContain('1 of 2 generated images are exact copies of others');
    expect(line!.interval).toBeNull();
  });
});
