import { type Case, train } from './refusal.ts';

export const settings: Record<string, Case> = {
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
  'settings that do not go together': {
    args: ['train', 'dcgan', '--data', 'mnist', 'r1=1'],
    message:
      /dcgan: batch norm in the critic does not go with r1=1: a penalty .*; choose criticNorm=layer or criticNorm=none/,
  },
  'a class where the data have none': {
    args: ['train', 'cgan', '--data', 'swiss-roll'],
    message: /cgan: condition=concat does not go with data without classes: .*; choose condition=none/,
  },
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

export const numbers: Record<string, Case> = {
  'no steps': {
    args: ['train', 'gan', '--steps', '0'],
    message: /--steps: expected a whole number from 1 up, got '0'/,
  },
  'a profile of nothing': {
    args: train('--profile', '0'),
    message: /--profile: expected a number of iterations from 1 to 100, got '0'/,
  },
  'a setting for a number of profiled iterations': {
    args: train('--profile', 'lr=1'),
    message: /--profile: .* got 'lr=1'; write settings before it, or --profile=10/,
  },
  'a profile of a run too short': {
    args: train('--profile'),
    message: /--profile looks at what follows 3 steps of warm-up, and this run makes 1; give it more/,
  },
  'a profile of the interpreter': {
    args: train('--profile', '--executor', 'interpreter'),
    message: /--profile reads the profiler of ONNX Runtime, and the interpreter has none/,
  },
  'less than no time to tune': {
    args: train('--tune', '-1'),
    message: /--tune: expected a number from 0 up, got '-1'/,
  },
  'float16 in the interpreter': {
    args: train('--precision', 'float16', '--executor', 'interpreter'),
    message: /--precision float16 is for ONNX Runtime, and the interpreter computes in float64/,
  },
  'an unknown precision': {
    args: train('--precision', 'half'),
    message: /'half' is invalid. Allowed choices are float32, float16/,
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
    message: /'cuda' is invalid. Allowed choices are onnxruntime, webgpu, interpreter/,
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

export const data: Record<string, Case> = {
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
    args: ['train', 'gan', '--data', 'folder:./photos', '--batch', '1'],
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
  'a size a growing system does not come to': {
    args: ['train', 'progan', '--data', 'mnist', '--steps', '1'],
    message: /progan: grows to squares of 4, 8, 16, 32, .* not 28x28; choose one with --size/,
  },
  'a batch larger than the data': {
    args: train('--batch', '100001'),
    message: /batch 100001 is larger than the data: there are only 100000 examples/,
  },
  'a size the networks cannot make, before images are read': {
    args: ['train', 'dcgan', '--data', 'folder:./photos', '--size', '20', '--batch', '1'],
    files: { 'photos/a.png': 'not a picture' },
    message: /dcgan makes squares of .* not 20x20/,
  },
  'a batch larger than the files, before they are read': {
    args: ['train', 'gan', '--data', 'folder:./photos', '--batch', '2'],
    files: { 'photos/a.png': 'not a picture' },
    message: /batch 2 is larger than the data: there are only 1 examples/,
  },
  'an --out below a file': {
    args: train('--out', 'notes.txt/runs'),
    files: { 'notes.txt': 'x' },
    message: /--out notes\.txt\/runs: .*notes\.txt is a file, not a folder/,
  },
};
