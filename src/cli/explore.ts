import { type Command, Option } from '@commander-js/extra-typings';
import { MOST, onRun, places, psi, several } from './explore/commonOptions.ts';
import { layerList, placeList } from './explore/lists.ts';
import { realNumber, seedList, wholeNumber } from './options.ts';

export function addExploreCommand(program: Command): void {
  const explore = program
    .command('explore')
    .summary('paths, mixed styles, projections and directions of a generator')
    .description(
      'Look into what a trained generator can make. Pictures have their places in w, a style for each layer, where the system ' +
        'has styles (stylegan, stylegan2, stylegan2-ada), else in z. PNGs carry their recipe in a text chunk; films are animated PNGs.',
    )
    .addHelpText(
      'after',
      `
Examples:
  gansmith explore interpolate runs/00000-dcgan-mnist --seeds 0-4 --film walk.png
  gansmith explore mix runs/00001-stylegan2-faces --rows 0-3 --columns 4-9 --crossover 4
  gansmith explore project runs/00001-stylegan2-faces me.png --space w+
  gansmith explore interpolate runs/00001-stylegan2-faces --seeds 7,00001-stylegan2-faces-005000-project.safetensors
  gansmith explore directions runs/00001-stylegan2-faces

Where a seed is expected, a .safetensors file that 'project' wrote stands for the places in it.`,
    );
  addInterpolate(explore as Command);
  addMix(explore as Command);
  addTruncate(explore as Command);
  addProject(explore as Command);
  addDirections(explore as Command);
  addArithmetic(explore as Command);
}

function addInterpolate(explore: Command): void {
  onRun(explore, 'interpolate', 'pictures on the way from one seed to the next')
    .description(
      'Make a strip of pictures on the way from each seed to the next, and a film that goes round them all.',
    )
    .addOption(places('--seeds <list>', 'two or more, such as 0-3 or 5,face.safetensors', '0-3'))
    .addOption(
      new Option(
        '--space <name>',
        'paths in w are straight, in z along the sphere (default: w where there is one)',
      ).choices(['z', 'w'] as const),
    )
    .option('--linear', 'straight paths in z too')
    .option('--steps <n>', 'pictures in a strip, both ends among them', several('--steps'), 9)
    .option('--film <file>', 'also write a film, an animated PNG')
    .option('--frames <n>', 'frames of the film from one seed to the next', several('--frames'), 30)
    .addOption(psi())
    .addHelpText(
      'after',
      `
Examples:
  gansmith explore interpolate runs/00000-dcgan-mnist --seeds 3,8
  gansmith explore interpolate runs/00001-stylegan2-faces --seeds 0-5 --space w --film walk.png --psi 0.7`,
    )
    .action(async (run, options) => {
      const { interpolate } = await import('./explore/interpolate.ts');
      await interpolate(run, options);
    });
}

function addMix(explore: Command): void {
  onRun(explore, 'mix', 'the coarse styles of some pictures with the fine styles of others')
    .description(
      'Make a grid in which each picture has the coarse layers of the one at its left and the fine layers of the one above: pose ' +
        'and shape from the left, colours and texture from the top.',
    )
    .addOption(places('--rows <list>', 'seeds or files whose styles the first layers take', '0-3'))
    .addOption(places('--columns <list>', 'seeds or files for the other layers', '4-9'))
    .option(
      '--crossover <n>',
      'how many layers the rows give (default: half)',
      wholeNumber('--crossover', 0, MOST),
    )
    .option('--layers <list>', 'which layers the rows give, such as 0-3,6', layerList)
    .addOption(psi())
    .addHelpText(
      'after',
      `
Examples:
  gansmith explore mix runs/00001-stylegan2-faces --rows 0-3 --columns 4-9 --crossover 4
  gansmith explore mix runs/00001-stylegan2-faces --layers 2-5`,
    )
    .action(async (run, options) => {
      const { mix } = await import('./explore/mix.ts');
      await mix(run, options);
    });
}

function addTruncate(explore: Command): void {
  onRun(explore, 'truncate', 'what truncation does to some seeds')
    .description(
      'Make a row for each seed, from the most truncated picture to the least: by psi, from the mean of w on, where the system ' +
        "has styles; else by the threshold beyond which a latent's numbers are drawn again, as BigGAN does.",
    )
    .addOption(places('--seeds <list>', 'seeds or files', '0-3'))
    .option(
      '--low <x>',
      'the least psi (default: 0), or threshold (default: 0.1)',
      realNumber('--low', { from: 0 }),
    )
    .option(
      '--high <x>',
      'the largest psi (default: 1), or threshold (default: 2)',
      realNumber('--high', { above: 0 }),
    )
    .option('--steps <n>', 'pictures in a row', several('--steps'), 8)
    .option('--film <file>', 'also write a film of the first row, there and back')
    .addHelpText(
      'after',
      '\nExample:\n  gansmith explore truncate runs/00001-stylegan2-faces --seeds 0-7 --high 1.4',
    )
    .action(async (run, options) => {
      const { truncate } = await import('./explore/truncation.ts');
      await truncate(run, options);
    });
}

function addProject(explore: Command): void {
  onRun(explore, 'project', 'the place whose picture is most like a given one')
    .description(
      'Search for the places whose pictures are most like the given ones, from the mean of w on, by the distance of pixels over ' +
        'several scales. Writes target, likeness and difference side by side, and the places as .safetensors beside the PNG.',
    )
    .argument('[pictures...]', 'picture files; their middle squares are taken')
    .option('--example <list>', 'examples of the data by number, such as 0-3', seedList, [])
    .addOption(
      new Option(
        '--space <name>',
        'w: one style for all layers; w+: one for each, nearer but less typical; z',
      ).choices(['w', 'w+', 'z'] as const),
    )
    .option('--steps <n>', 'steps of the search', wholeNumber('--steps', 1, 100_000), 500)
    .option(
      '--rate <x>',
      'largest learning rate, in standard deviations',
      realNumber('--rate', { above: 0 }),
      0.2,
    )
    .option('--film <file>', 'also write a film of the search for the first picture')
    .option('--data <source>', 'the data of --example (default: those of the run)')
    .addHelpText(
      'after',
      `
Examples:
  gansmith explore project runs/00001-stylegan2-faces me.png --film search.png
  gansmith explore project runs/00001-stylegan2-faces --example 0-3 --space w+ --out found.png
  gansmith explore interpolate runs/00001-stylegan2-faces --seeds found.safetensors`,
    )
    .action(async (run, pictures, options) => {
      const { project } = await import('./explore/project.ts');
      await project(run, pictures, options);
    });
}

function addDirections(explore: Command): void {
  onRun(explore, 'directions', 'directions in which pictures change: where w varies most, or of an attribute')
    .description(
      'Find directions and make strips along them: by default where w varies most (GANSpace); with --attribute the one along which ' +
        'an attribute grows (InterFaceGAN), from samples that a classifier or the nearest real pictures label. They are written as .safetensors.',
    )
    .option('--attribute <name>', 'a class of the data, or one of its annotations such as hair=long20')
    .option(
      '--components <n>',
      'how many directions of largest variance',
      wholeNumber('--components', 1, MOST),
      5,
    )
    .option('--samples <n>', 'samples to learn from', wholeNumber('--samples', 20, 100_000), 2000)
    .option(
      '--seeds <list>',
      'where strips go through: seeds or files (default: the mean)',
      placeList('--seeds'),
    )
    .option('--range <x>', 'how far, in standard deviations', realNumber('--range', { above: 0 }), 3)
    .option('--steps <n>', 'pictures in a strip', several('--steps'), 7)
    .option('--layers <list>', 'move these layers alone, such as 0-3', layerList)
    .option(
      '--features <name>',
      "what says which real picture is nearest: as of 'eval', or pixels (default: what suits the data)",
    )
    .option('--data <source>', 'labelled data of the same size (default: those of the run)')
    .addHelpText(
      'after',
      `
Examples:
  gansmith explore directions runs/00001-stylegan2-faces --components 8 --seeds 3
  gansmith explore directions runs/00001-stylegan2-faces --attribute glasses=dark --features pixels
  gansmith explore directions runs/00000-dcgan-mnist --attribute 7 --seeds 0-4`,
    )
    .action(async (run, options) => {
      const { directions } = await import('./explore/directions.ts');
      await directions(run, options);
    });
}

function addArithmetic(explore: Command): void {
  onRun(explore, 'arithmetic', 'a - b + c, reckoned with places')
    .description(
      'Make the picture at a - b + c; several seeds or files to an operand are averaged, which makes it clearer.',
    )
    .argument('<a>', 'such as 3, or 3,7,12, or a file')
    .argument('<b>', 'what is taken away')
    .argument('<c>', 'what is added')
    .option('--film <file>', 'also write a film from a to the result and back')
    .addOption(psi())
    .addHelpText(
      'after',
      '\nExample:\n  gansmith explore arithmetic runs/00001-stylegan2-faces 3,7 12,15 4,20',
    )
    .action(async (run, a, b, c, options) => {
      const { arithmetic } = await import('./explore/arithmetic.ts');
      await arithmetic(run, [a, b, c], options);
    });
}
