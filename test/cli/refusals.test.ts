import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { encodeSafetensors } from '../../src/base/safetensors.ts';
import { contentOf, folderWith, OWN_GAN, run, SMALL } from '../support/gansmith.ts';

/* Wrong invocations and broken inputs: each has its exit code and its message, shows no stack trace and writes nothing. */

interface Case {
  args: readonly string[];
  message: RegExp;
  /** 2 when the request was wrong, 1 when what it names is broken. */
  code?: 1 | 2;
  files?: Record<string, string | Uint8Array>;
  /** Spoils the trained run in the folder `run`. */
  spoil?(run: string): void;
}

const train = (...args: string[]) => ['train', 'gan', '--data', 'ring', '--steps', '1', ...args];
const own = (content: string): Record<string, string> => ({ 'my-gan.ts': content });
const trainOwn = ['train', './my-gan.ts', '--data', 'ring', '--steps', '1'];
const seven = (text: string): Uint8Array => Buffer.from(text);

const commands: Record<string, Case> = {
  'a misspelt command': { args: ['trian'], message: /unknown command 'trian'\n\(Did you mean train\?\)/ },
  'a misspelt option': {
    args: train('--seeed', '1'),
    message: /unknown option '--seeed'\n\(Did you mean --seed\?\)/,
  },
  'a setting written as an option': {
    args: train('--lr', '1'),
    message:
      /unknown option '--lr'.*settings are written key=value, without dashes\nSee 'gansmith train --help'/s,
  },
  'train without a GAN': { args: ['train'], message: /missing required argument 'gan'/ },
  'an option without its value': {
    args: ['train', 'gan', '--steps'],
    message: /--steps <n>' argument missing/,
  },
  'resume without a run': { args: ['resume'], message: /missing required argument 'run'/ },
  'export without --out': {
    args: ['export', 'runs/x'],
    message: /required option '--out <file>' not specified/,
  },
  'two runs to sample': { args: ['sample', 'a', 'b'], message: /too many arguments for 'sample'/ },
  'list of an unknown name': {
    args: ['list', 'dcgna'],
    message: /there is no system and no data set named 'dcgna'; did you mean 'dcgan'\?/,
  },
};

const systems: Record<string, Case> = {
  'a misspelt GAN': {
    args: ['train', 'dcgn'],
    message: /there is no GAN named 'dcgn'; did you mean 'dcgan'\?/,
  },
  'an unknown GAN': {
    args: ['train', 'diffusion'],
    message: /there is no GAN named 'diffusion'; there are gan, dcgan/,
  },
  'a file given without its ending': {
    args: ['train', 'my-gan'],
    files: own(OWN_GAN),
    message: /did you mean the file \.\/my-gan\.ts\?/,
  },
  'a GAN file that does not exist': { args: ['train', './nope.ts'], message: /\.\/nope\.ts does not exist/ },
  'a GAN file of another language': {
    args: ['train', './gan.py'],
    message: /\.\/gan\.py: expected a file that ends in \.ts, \.mts, \.js, \.mjs/,
  },
  'a syntax error in a GAN file': {
    args: trainOwn,
    files: own('export const a = 1;\nexport default (1 +;\n'),
    message: /\.\/my-gan\.ts cannot be loaded: syntax error in line 2, column 20/,
  },
  'a GAN file that throws': {
    args: trainOwn,
    files: own("\nthrow new Error('no luck');"),
    message: /\.\/my-gan\.ts cannot be loaded: no luck \(line 2\)/,
  },
  'a GAN file that imports what is not there': {
    args: trainOwn,
    files: own("import x from './helper';\nexport default x;"),
    message: /\.\/my-gan\.ts cannot be loaded: Cannot find module '\.\/helper'/,
  },
  'a GAN file without a GAN': {
    args: trainOwn,
    files: own('export const answer = 42;'),
    message: /\.\/my-gan\.ts exports no GAN; write: export default defineGan/,
  },
  'a GAN file with two GANs': {
    args: trainOwn,
    files: own(
      OWN_GAN.replace('export default defineGan(', 'export const a = defineGan(').concat(
        'export const b = a;',
      ),
    ),
    message: /\.\/my-gan\.ts exports 2 GANs \(a, b\); export the one to train as default/,
  },
  'an error while a network of a GAN file is built': {
    args: trainOwn,
    code: 1,
    files: own(OWN_GAN.replace("dense(scope, 'out', relu(", "densee(scope, 'out', relu(")),
    message: /\.\/my-gan\.ts, line 14: densee is not defined/,
  },
  'layers that do not fit each other': {
    args: trainOwn,
    code: 1,
    files: own(OWN_GAN.replace('layers.out(1)', 'layers.out(3)')),
    message: /own\/critic.*(scalar|\[8, 3\])/s,
  },
};

const settings: Record<string, Case> = {
  'a misspelt setting': {
    args: ['train', 'dcgan', 'widht=32'],
    message: /dcgan has no setting 'widht'; did you mean 'width'\?/,
  },
  'an unknown preset': {
    args: ['train', 'dcgan', 'preset=smal'],
    message: /no preset 'smal'; did you mean 'small'\?/,
  },
  'a number out of range': { args: train('lr=-1'), message: /lr=-1 is not possible: .*>=0.*learning rate/ },
  'text for a number': { args: train('latent=many'), message: /latent="many" is not possible/ },
  'a fraction for a whole number': { args: train('latent=1.5'), message: /latent=1\.5 is not possible/ },
  'a misspelt choice': {
    args: ['train', 'dcgan', 'head=dense-51'],
    message: /head="dense-51" is not possible: .*did you mean 'dense-512'\?/,
  },
  'a word that is no setting': {
    args: train('fast'),
    message: /'fast' is not a setting; settings are written key=value/,
  },
  'a setting given twice': { args: train('lr=1', 'lr=2'), message: /the setting lr is given twice/ },
  'two batch sizes': {
    args: train('--batch', '8', 'batch=16'),
    message: /the batch is given as --batch 8 and as batch=16/,
  },
};

const numbers: Record<string, Case> = {
  'no steps': {
    args: ['train', 'gan', '--steps', '0'],
    message: /--steps: expected a whole number from 1 up, got '0'/,
  },
  'steps as a word': { args: ['train', 'gan', '--steps', 'ten'], message: /--steps: .* got 'ten'/ },
  'steps with an exponent': { args: ['train', 'gan', '--steps', '1e3'], message: /--steps: .* got '1e3'/ },
  'two ends': {
    args: ['train', 'gan', '--steps', '5', '--minutes', '1'],
    message: /option '--steps <n>' cannot be used with option '--minutes <m>'/,
  },
  'images and minutes': {
    args: ['train', 'gan', '--minutes', '5', '--kimg', '1'],
    message: /cannot be used with option/,
  },
  'negative images': {
    args: ['train', 'gan', '--kimg', '-1'],
    message: /--kimg: expected a number above 0, got '-1'/,
  },
  'no minutes': { args: ['train', 'gan', '--minutes', '0'], message: /--minutes: expected a number above 0/ },
  'endless minutes': {
    args: ['train', 'gan', '--minutes', 'Infinity'],
    message: /--minutes: .* got 'Infinity'/,
  },
  'an empty batch': {
    args: train('--batch', '0'),
    message: /--batch: expected a whole number from 1 up, got '0'/,
  },
  'a negative seed': {
    args: train('--seed', '-1'),
    message: /--seed: expected a whole number from 0 up, got '-1'/,
  },
  'no threads': {
    args: train('--threads', '0'),
    message: /--threads: expected a whole number from 1 to 1024/,
  },
  'no micro-batches': {
    args: train('--accumulate', '0'),
    message: /--accumulate: expected a whole number from 1/,
  },
  'an unknown executor': {
    args: train('--executor', 'cuda'),
    message: /'cuda' is invalid. Allowed choices are onnxruntime/,
  },
  'two channels': { args: train('--channels', '2'), message: /'2' is invalid. Allowed choices are 1, 3/ },
  'tiny images': {
    args: ['train', 'dcgan', '--size', '7'],
    message: /--size: expected a whole number from 8 to 1024/,
  },
  'a checkpoint every 0 steps': {
    args: train('--checkpoint-every', '0'),
    message: /--checkpoint-every: expected/,
  },
};

const data: Record<string, Case> = {
  'a misspelt data set': {
    args: ['train', 'gan', '--data', 'mnits'],
    message: /unknown data source 'mnits': did you mean 'mnist'\?/,
  },
  'a missing folder': {
    args: ['train', 'gan', '--data', 'folder:./missing'],
    message: /data 'folder:\.\/missing': .*missing does not exist/,
  },
  'a folder without images': {
    args: ['train', 'gan', '--data', 'folder:./photos'],
    files: { 'photos/notes.txt': 'x' },
    message: /no PNG, JPEG or WebP images in .*photos \(1 other files were ignored\)/,
  },
  'a folder of broken images': {
    args: ['train', 'gan', '--data', 'folder:./photos'],
    files: { 'photos/a.png': 'not a picture' },
    message: /none of the 1 images in .*photos could be read; the first: .*a\.png/,
  },
  'a folder without its kind': {
    args: ['train', 'gan', '--data', './photos'],
    files: { 'photos/a.png': '' },
    message: /unknown data source '\.\/photos': did you mean 'folder:\.\/photos'\?/,
  },
  'an archive that is none': {
    args: ['train', 'gan', '--data', 'zip:./a.zip'],
    files: { 'a.zip': 'PK, or so it says' },
    message: /a\.zip/,
  },
  'IDX files cut short': {
    args: ['train', 'gan', '--data', 'idx:./digits'],
    files: {
      'digits/train-images-idx3-ubyte': Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 9, 0, 0, 0, 28, 0, 0, 0, 28, 1, 2),
    },
    message: /train-images-idx3-ubyte/,
  },
  'an unknown part of a data set': {
    args: ['train', 'gan', '--data', 'mnist:tset'],
    message: /MNIST has no part 'tset': did you mean 'mnist:test'\?/,
  },
  'an impossible spread': {
    args: ['train', 'gan', '--data', 'bimodal:-1'],
    message: /standard deviation above 0/,
  },
  'points for a GAN of images': {
    args: ['train', 'dcgan', '--data', 'ring'],
    message: /dcgan learns from images, but the data 'ring' are points; choose for example --data mnist/,
  },
  'a size for points': { args: train('--size', '32'), message: /data 'ring': size applies to images only/ },
  'a size the networks cannot make': {
    args: ['train', 'dcgan', '--size', '20', '--steps', '1'],
    message: /dcgan makes squares of .* not 20x20; choose one with --size/,
  },
  'a batch larger than the data': {
    args: train('--batch', '100001'),
    message: /batch 100001 is larger than the data: there are only 100000 examples/,
  },
  'an --out below a file': {
    args: train('--out', 'notes.txt/runs'),
    files: { 'notes.txt': 'x' },
    message: /--out notes\.txt\/runs: .*notes\.txt is a file, not a folder/,
  },
};

const newestCheckpoint = (run: string): string => join(run, 'checkpoints/000003.safetensors');
const editRecord = (run: string, edit: (text: string) => string): void =>
  writeFileSync(join(run, 'run.json'), edit(readFileSync(join(run, 'run.json'), 'utf8')));
const cutCheckpoints = (run: string): void => {
  for (const name of readdirSync(join(run, 'checkpoints'))) {
    const path = join(run, 'checkpoints', name);
    writeFileSync(path, readFileSync(path).subarray(0, 200));
  }
};

const runs: Record<string, Case> = {
  'a missing run': { args: ['resume', 'runs/00007'], message: /there is no run at runs\/00007/ },
  'a file for a run': {
    args: ['resume', 'notes.txt'],
    files: { 'notes.txt': 'x' },
    message: /notes\.txt is a file, not the folder of a run/,
  },
  'a folder that is no run': {
    args: ['resume', 'photos'],
    files: { 'photos/a.txt': 'x' },
    message: /photos is not the folder of a run: it has no run\.json/,
  },
  'a damaged description': {
    args: ['resume', 'run'],
    code: 1,
    spoil: (run) => editRecord(run, (text) => text.slice(0, -20)),
    message: /run\.json is damaged/,
  },
  'a description of a newer version': {
    args: ['resume', 'run'],
    code: 1,
    spoil: (run) => editRecord(run, (text) => text.replace('"format": 1', '"format": 2')),
    message: /run\.json was written by a newer gansmith \(format 2\); update gansmith/,
  },
  'a run without checkpoints': {
    args: ['resume', 'run'],
    code: 1,
    spoil: (run) => rmSync(join(run, 'checkpoints'), { recursive: true }),
    message: /run has no checkpoint yet: it was stopped before its first; train anew/,
  },
  'a run whose checkpoints are all cut short': {
    args: ['resume', 'run'],
    code: 1,
    spoil: cutCheckpoints,
    message: /000003\.safetensors is truncated/,
  },
  'a checkpoint of a newer version': {
    args: ['resume', 'run', '--steps', '5'],
    code: 1,
    spoil: (run) =>
      writeFileSync(newestCheckpoint(run), encodeSafetensors(new Map(), { gansmith: '{"format":9}' })),
    message:
      /000003\.safetensors was written by a newer gansmith \(checkpoint format 9, this one reads up to 1\)/,
  },
  'a checkpoint of another program': {
    args: ['sample', 'run'],
    code: 1,
    spoil: (run) => writeFileSync(newestCheckpoint(run), encodeSafetensors(new Map(), {})),
    message: /000003\.safetensors is a safetensors file, but not a checkpoint of gansmith/,
  },
  'a run whose data have changed': {
    args: ['resume', 'run', '--steps', '5'],
    code: 1,
    spoil: (run) =>
      editRecord(run, (text) => text.replace(/"fingerprint": "\w+"/, '"fingerprint": "0000000000000000"')),
    message: /run: the data 'ring' have changed since the run began \(fingerprint \w{16}, then 0{16}\)/,
  },
  'a run that another process trains': {
    args: ['resume', 'run', '--steps', '5'],
    code: 1,
    spoil: (run) => {
      const status = {
        state: 'running',
        step: 3,
        images: 24,
        updated: new Date().toISOString(),
        pid: process.pid,
      };
      writeFileSync(join(run, 'status.json'), JSON.stringify(status));
    },
    message: /run is being trained by process \d+; stop that first/,
  },
  'fewer steps than were done': {
    args: ['resume', 'run', '--steps', '3'],
    message: /--steps 3: the run is at step 3 .* already; both count from its beginning, so give more/,
  },
  'fewer images than were seen': {
    args: ['resume', 'run', '--kimg', '0.01'],
    message: /--kimg 0\.01: the run is at step 3/,
  },
};

const uses: Record<string, Case> = {
  'sampling a missing run': { args: ['sample', 'nowhere'], message: /there is no run at nowhere/ },
  'sampling a missing checkpoint': {
    args: ['sample', 'a.safetensors'],
    message: /there is no checkpoint at a\.safetensors/,
  },
  'sampling a file of another kind': {
    args: ['sample', 'a.safetensors'],
    code: 1,
    files: { 'a.safetensors': seven('hello, this is a text') },
    message: /a\.safetensors is not a safetensors file/,
  },
  'seeds as words': {
    args: ['sample', 'run', '--seeds', 'all'],
    message: /--seeds: expected numbers and ranges such as 0-63/,
  },
  'seeds backwards': {
    args: ['sample', 'run', '--seeds', '9-5'],
    message: /the range 9-5 runs backwards; write 5-9/,
  },
  'a million seeds': {
    args: ['sample', 'run', '--seeds', '0-1000000'],
    message: /--seeds: 1000001 seeds are more than/,
  },
  'a grid of nothing': {
    args: ['sample', 'run', '--grid', '0x4'],
    message: /--grid: expected columns x rows such as 8x8/,
  },
  'a grid for points': { args: ['sample', 'run', '--grid', '2x2'], message: /--grid: this GAN makes points/ },
  'a class without classes': {
    args: ['sample', 'run', '--class', '3'],
    message: /gan is not conditional: it has no classes to choose from/,
  },
  'an unknown class': {
    args: ['sample', 'run', '--class', '90 degres'],
    message: /no class '90 degres'; did you mean '90 degrees'\?/,
  },
  'negative truncation': {
    args: ['sample', 'run', '--psi', '-1'],
    message: /--psi: expected a number from 0 up, got '-1'/,
  },
  'a picture in a missing folder': {
    args: ['sample', 'run', '--seeds', '0', '--out', 'no/such/a.png'],
    message: /--out: could not write no\/such\/a\.png: the folder does not exist/,
  },
  'a model onto a folder': {
    args: ['export', 'run', '--out', 'run'],
    message: /--out: could not write run: it is a folder/,
  },
  'exporting a missing run': {
    args: ['export', 'nowhere', '--out', 'a.onnx'],
    message: /there is no run at nowhere/,
  },
};

let trained: string;

beforeAll(async () => {
  const folder = folderWith();
  const { code, stderr } = await run(['train', 'gan', '--data', 'ring', '--steps', '3', ...SMALL], folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  trained = join(folder, 'runs/00000-gan-ring');
});

describe.each(Object.entries({ commands, systems, settings, numbers, data, runs, uses }))(
  '%s',
  (_, cases) => {
    test.concurrent.each(Object.entries(cases))(
      '%s',
      async (_, { args, message, code = 2, files = {}, spoil }) => {
        const folder = folderWith(files);
        if (args.includes('run')) {
          mkdirSync(join(folder, 'run'));
          cpSync(trained, join(folder, 'run'), { recursive: true });
        }
        spoil?.(join(folder, 'run'));
        const before = contentOf(folder);
        const ended = await run(args, folder);
        expect(ended.stderr).toMatch(message);
        expect(ended.stderr).toMatch(/^gansmith: /);
        expect(ended.stderr).not.toMatch(/\n\s+at /);
        expect(ended.stderr).not.toContain('unexpected:');
        expect(ended.code).toBe(code);
        expect(ended.stdout).toBe('');
        expect(contentOf(folder)).toEqual(before);
      },
    );
  },
);
