import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodePng, encodePng, readPngText } from '../../src/base/png.ts';
import { nodeBinding, nodeExecutor, openModel } from '../../src/runtime/node.ts';
import { decodeCheckpoint } from '../../src/train/checkpoint.ts';
import { compileSampler } from '../../src/train/sampling.ts';
import { zoo } from '../../src/zoo/index.ts';
import { eventsOf, folderWith, OWN_GAN, run, SMALL, succeed } from '../support/gansmith.ts';
import { runBuilt, succeedBuilt } from '../support/inProcess.ts';

/* What a user does from the first command to the last, with the built command line. */

const images = (() => {
  const square = (value: number) =>
    encodePng({ width: 8, height: 8, channels: 1, data: new Uint8Array(64).fill(value) });
  return Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`photos/${i}.png`, square(i * 20)]));
})();
const trainImages = ['train', 'gan', '--data', 'folder:./photos', '--size', '8', ...SMALL];

test('a run in float16 goes on in float16', async () => {
  const folder = folderWith(images);
  const until = async (command: readonly string[], steps: string) =>
    eventsOf(await succeed([...command, '--steps', steps, '--json'], folder));
  const half = [...trainImages, '--precision', 'float16'];
  const unbroken = await until(half, '3');
  await until(half, '2');
  const resumed = await until(['resume', 'runs/00001-gan-photos'], '3');
  const record = JSON.parse(readFileSync(join(folder, 'runs/00001-gan-photos/run.json'), 'utf8'));
  expect(record).toMatchObject({ executor: 'onnxruntime', precision: 'float16' });
  expect(resumed.find(({ type }) => type === 'start')).toMatchObject({ precision: 'float16', step: 2 });
  const metrics = (events: typeof unbroken) =>
    events.filter(({ step }) => step === 3).map((event) => event.metrics);
  expect(metrics(resumed)).toEqual(metrics(unbroken));
});

describe('a run on images', () => {
  test('is trained, sampled without its data, resumed and exported', async () => {
    const folder = folderWith(images);
    const events = eventsOf(await succeed([...trainImages, '--steps', '3', '--json'], folder));
    expect(events.map(({ type }) => type)).toEqual([
      ...['run', 'start', 'samples', 'checkpoint', 'step', 'step', 'step', 'samples', 'checkpoint', 'end'],
    ]);
    expect(events[0]).toEqual({ type: 'run', folder: 'runs/00000-gan-photos' });
    expect(events.at(-1)).toEqual({ type: 'end', step: 3, images: 24, reason: 'done' });
    const runFolder = join(folder, 'runs/00000-gan-photos');
    for (const event of events.filter(({ file }) => file))
      expect(existsSync(join(folder, String(event.file)))).toBe(true);
    expect(readdirSync(runFolder).sort()).toEqual([
      ...[
        'checkpoints',
        'events.jsonl',
        'events.out.tfevents.0.gansmith',
        'run.json',
        'samples',
        'status.json',
      ],
    ]);
    const record = JSON.parse(readFileSync(join(runFolder, 'run.json'), 'utf8'));
    expect(record).toMatchObject({
      gan: { name: 'gan', source: 'gan' },
      config: { batch: 8, generator: [8] },
      data: {
        name: 'folder:./photos',
        source: `folder:${folder}/photos`,
        size: 8,
        shape: [1, 8, 8],
        count: 12,
      },
      plan: { steps: 3 },
      executor: 'onnxruntime',
      binding: nodeBinding().binding,
      versions: { gansmith: '0.1.0', node: process.versions.node },
    });

    renameSync(join(folder, 'photos'), join(folder, 'elsewhere'));
    const sampled = await succeed(
      ['sample', 'runs/00000-gan-photos', '--seeds', '1,5,9-12', '--grid', '3x2', '--out', 'a.png'],
      folder,
    );
    expect(sampled).toContain('a.png: 6 samples of gan at step 3 (averaged weights), seeds 1,5,9-12');
    const png = readFileSync(join(folder, 'a.png'));
    expect(decodePng(png)).toMatchObject({ width: 28, height: 18, channels: 1 });
    expect(JSON.parse(readPngText(png).gansmith!)).toMatchObject({
      gan: 'gan',
      data: 'folder:./photos',
      step: 3,
      seeds: '1,5,9-12',
      psi: 1,
      weights: 'averaged',
    });
    await succeed(
      ['sample', join(runFolder, 'checkpoints/000003.safetensors'), '--seeds', '9', '--out', 'b.png'],
      folder,
    );
    expect(cell(decodePng(readFileSync(join(folder, 'b.png'))), 0, 0)).toEqual(cell(decodePng(png), 2, 0));

    const exported = await succeed(['export', 'runs/00000-gan-photos', '--out', 'g.onnx'], folder);
    expect(exported).toMatch(/inputs z \[batch, 100\]; output images \[batch, 1, 8, 8\]/);
    expect(exported).toMatch(
      /checked in batches of 1 and 5: largest difference from the generator in memory \d/,
    );
    await expectSameAsCheckpoint(join(folder, 'g.onnx'), join(runFolder, 'checkpoints/000003.safetensors'));

    const missing = await run(['resume', 'runs/00000-gan-photos', '--steps', '6'], folder);
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('photos does not exist') });
    renameSync(join(folder, 'elsewhere'), join(folder, 'photos'));
    await succeed(['resume', 'runs/00000-gan-photos', '--steps', '6'], folder);
    await succeed([...trainImages, '--steps', '6'], folder);
    const checkpoint = (name: string) =>
      readFileSync(join(folder, 'runs', name, 'checkpoints/000006.safetensors'));
    expect(checkpoint('00000-gan-photos').equals(checkpoint('00001-gan-photos'))).toBe(true);
  });

  test('says what it does to a person, and what to try next', async () => {
    const folder = folderWith(images);
    const text = await succeed([...trainImages, '--steps', '2', '--threads', '1'], folder);
    expect(text).toMatch(/gan on folder:\.\/photos: 12 images of 1x8x8; parameters: G [\d,]+, D [\d,]+/);
    expect(text).toMatch(/batch 8, seed 0, onnxruntime-node on 1 thread, compiled in/);
    expect(text).toMatch(
      /step 2\/2 {2}[\d.]+ it\/s {2}[\d,]+ img\/s {2}0:00 left {2}critic [\d.]+ {2}generator [\d.]+/,
    );
    expect(text).toContain('samples: runs/00000-gan-photos/samples/000002.png');
    expect(text).toContain('npx gansmith resume runs/00000-gan-photos --steps 4');
    // No escape sequences outside a terminal.
    expect(text).not.toContain('\x1b');
    const finished = await succeed(['resume', 'runs/00000-gan-photos'], folder);
    expect(finished).toMatch(
      /has come to its planned end: 2 steps.*npx gansmith resume runs\/00000-gan-photos --steps 4/s,
    );
  });
});

/** Pixels of the image at a place of a grid of 8x8 images. */
function cell({ width, data }: { width: number; data: Uint8Array }, column: number, row: number): number[] {
  return Array.from(
    { length: 64 },
    (_, i) => data[(row * 10 + Math.floor(i / 8)) * width + column * 10 + (i % 8)]!,
  );
}

/** The model makes the pictures that the checkpoint's averaged generator makes. */
async function expectSameAsCheckpoint(model: string, checkpoint: string): Promise<void> {
  const { info, tensors } = decodeCheckpoint(readFileSync(checkpoint), checkpoint);
  const gan = zoo.find(({ name }) => name === info.gan)!;
  const sampler = await compileSampler(
    nodeExecutor,
    { gan, config: info.config as { batch: number }, data: info.data },
    { batch: 3 },
  );
  const states = nodeExecutor.createStates();
  for (const [name, { shape, data }] of tensors) states.write(name, shape, data as Float32Array);
  const { drawLatents } = await import('../../src/train/feeds.ts');
  const spec = { shape: [3, 100], distribution: { kind: 'normal', mean: 0, std: 1 } } as const;
  const { z } = drawLatents(new Map([['z', spec]]), [4, 5, 6]);
  const opened = await openModel(readFileSync(model));
  const { images: found } = await opened.run({ z: { data: z!, shape: [3, 100] } });
  const { data: expected } = await sampler.sample({ seeds: [4, 5, 6] }, states);
  expect(found!.length).toBe(3 * 64);
  for (const [i, value] of found!.entries()) expect(value).toBeCloseTo(expected[i]!, 5);
}

describe("a user's own GAN", () => {
  test('is one file, in a folder with nothing else', async () => {
    const folder = folderWith({ 'my gan.ts': OWN_GAN });
    await succeed(['train', './my gan.ts', '--data', 'grid', '--steps', '2', 'lr=0.01'], folder);
    const record = JSON.parse(readFileSync(join(folder, 'runs/00000-own-grid/run.json'), 'utf8'));
    expect(record).toMatchObject({
      gan: { name: 'own', source: join(folder, 'my gan.ts') },
      config: { lr: 0.01 },
    });
    await succeed(['resume', 'runs/00000-own-grid', '--steps', '3'], folder);
    await succeedBuilt(['sample', 'runs/00000-own-grid', '--out', 'a.png'], folder);
    await succeedBuilt(['export', 'runs/00000-own-grid', '--out', 'a.onnx'], folder);
    expect(await succeedBuilt(['list', './my gan.ts'], folder)).toMatch(
      /lr +number >= 0 +0\.001 +learning rate/,
    );
    const { stdout } = await run(
      ['train', './my gan.ts', '--data', 'ring', '--steps', '1', '--json', '--executor', 'interpreter'],
      folder,
    );
    expect(eventsOf(stdout)[1]).toMatchObject({ type: 'start', executor: 'interpreter' });
  });

  test('may be moved, and --gan says where it is', async () => {
    const folder = folderWith({ 'own.ts': OWN_GAN });
    await succeed(['train', './own.ts', '--data', 'ring', '--steps', '2'], folder);
    renameSync(join(folder, 'own.ts'), join(folder, 'moved.ts'));
    const runFolder = 'runs/00000-own-ring';
    for (const command of [['resume', '--steps', '3'], ['sample'], ['export', '--out', 'a.onnx']]) {
      const { code, stderr } = await runBuilt([command[0]!, runFolder, ...command.slice(1)], folder);
      expect(code).toBe(2);
      expect(stderr).toMatch(/own\.ts does not exist; if it was moved, say where it is by --gan <file>\n$/);
    }
    const moved = ['--gan', './moved.ts'];
    await succeedBuilt(['sample', runFolder, ...moved, '--out', 'a.png'], folder);
    await succeedBuilt(['export', runFolder, ...moved, '--out', 'a.onnx'], folder);
    const resumed = eventsOf(
      await succeed(['resume', runFolder, ...moved, '--steps', '3', '--json'], folder),
    );
    expect(resumed.filter(({ type }) => type === 'warning')).toEqual([]);
    // From then on the run knows the new place.
    await succeed(['resume', runFolder, '--steps', '4'], folder);
    await succeedBuilt(['sample', runFolder, '--out', 'b.png'], folder);
  });

  test('may change, and a resumed run says so', async () => {
    const folder = folderWith({ 'own.ts': OWN_GAN });
    await succeed(['train', './own.ts', '--data', 'ring', '--steps', '2'], folder);
    writeFileSync(join(folder, 'own.ts'), `${OWN_GAN}// a note\n`);
    const resumed = await succeed(['resume', 'runs/00000-own-ring', '--steps', '3', '--json'], folder);
    expect(eventsOf(resumed).find(({ type }) => type === 'warning')).toMatchObject({
      message: expect.stringMatching(/own\.ts has changed since runs\/00000-own-ring began/),
    });
  });
});
