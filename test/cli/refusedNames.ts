import { OWN_GAN } from '../support/gansmith.ts';
import { type Case, train } from './refusal.ts';

const own = (content: string): Record<string, string> => ({ 'my-gan.ts': content });
const trainOwn = ['train', './my-gan.ts', '--data', 'ring', '--steps', '1'];

export const commands: Record<string, Case> = {
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

export const systems: Record<string, Case> = {
  'a misspelt GAN': {
    args: ['train', 'dcgn'],
    message: /there is no GAN named 'dcgn'; did you mean 'dcgan'\?/,
  },
  'an unknown GAN': {
    args: ['train', 'diffusion'],
    message: /there is no GAN named 'diffusion'; there are gan, cgan, dcgan/,
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
    message: /\.\/my-gan\.ts cannot be loaded: syntax error in line 2, column 19: Unexpected token/,
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
  'a loss that is no single number': {
    args: trainOwn,
    code: 1,
    files: own(OWN_GAN.replace('criticLoss(D(real), D(G(z)))', 'D(real)')),
    message: /own\/critic: 'loss' must be a scalar, not \[8,1\]; take its mean/,
  },
};
