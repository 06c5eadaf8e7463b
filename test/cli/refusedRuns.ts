import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeSafetensors } from '../../src/base/safetensors.ts';
import { OWN_GAN } from '../support/gansmith.ts';
import type { Case } from './refusal.ts';

const newestCheckpoint = (run: string): string => join(run, 'checkpoints/000003.safetensors');
const editRecord = (run: string, edit: (text: string) => string): void =>
  writeFileSync(join(run, 'run.json'), edit(readFileSync(join(run, 'run.json'), 'utf8')));
const cutCheckpoints = (run: string): void => {
  for (const name of readdirSync(join(run, 'checkpoints'))) {
    const path = join(run, 'checkpoints', name);
    writeFileSync(path, readFileSync(path).subarray(0, 200));
  }
};

export const runs: Record<string, Case> = {
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
    message:
      /run has lost its checkpoints, so it cannot go on; restore its folder 'checkpoints', or train anew/,
  },
  'a checkpoint without its description': {
    args: ['resume', 'run', '--steps', '5'],
    code: 1,
    spoil: (run) => writeFileSync(newestCheckpoint(run), encodeSafetensors(new Map(), { gansmith: '{}' })),
    message:
      /000003\.safetensors is damaged or not a checkpoint of gansmith: its description names no format/,
  },
  'a GAN of another name': {
    args: ['resume', 'run', '--steps', '5', '--gan', 'dcgan'],
    message: /--gan dcgan: the GAN in it is named 'dcgan', but run was trained with 'gan'/,
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
        pid: process.ppid,
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

export const uses: Record<string, Case> = {
  'sampling a missing run': { args: ['sample', 'nowhere'], message: /there is no run at nowhere/ },
  'sampling a missing checkpoint': {
    args: ['sample', 'a.safetensors'],
    message: /there is no checkpoint at a\.safetensors/,
  },
  'sampling a file of another kind': {
    args: ['sample', 'a.safetensors'],
    code: 1,
    files: { 'a.safetensors': Buffer.from('hello, this is a text') },
    message: /a\.safetensors is not a safetensors file/,
  },
  'sampling a run without checkpoints': {
    args: ['sample', 'run'],
    code: 1,
    spoil: (run) => rmSync(join(run, 'checkpoints'), { recursive: true }),
    message: /run has no checkpoint: it was stopped before its first; train it with 'gansmith resume'/,
  },
  'sampling with a GAN of another name': {
    args: ['sample', 'run', '--gan', './my-gan.ts'],
    files: { 'my-gan.ts': OWN_GAN },
    message: /--gan \.\/my-gan\.ts: the GAN in it is named 'own', but run\/.* was trained with 'gan'/,
  },
  'exporting with a GAN file that does not exist': {
    args: ['export', 'run', '--gan', './nope.ts', '--out', 'a.onnx'],
    message: /\.\/nope\.ts does not exist/,
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
