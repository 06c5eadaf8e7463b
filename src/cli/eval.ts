import { type Command, Option } from '@commander-js/extra-typings';
import { movedGanOption, wholeNumber } from './options.ts';

export function addEvalCommand(program: Command): void {
  program
    .command('eval')
    .summary('score a generator, or pictures, against real data')
    .description(
      'Score a run, a checkpoint, or a folder or ZIP archive of pictures against real data. Each number comes with its 95 % ' +
        'interval, its features and their hash, and its protocol; those of a run are kept in its folder.',
    )
    .argument(
      '<subject>',
      'the folder of a run, a checkpoint, a folder or ZIP archive of pictures, or a data source',
    )
    .option('--against <source>', "real data: a data source, a folder or an archive (default: the run's own)")
    .option(
      '--metrics <names>',
      'such as fd,kd,pr (default: fd,kd,pr, and is where the features name classes)',
    )
    .option(
      '--samples <n>',
      'generated images to look at (default: 10000 of a generator, all pictures)',
      wholeNumber('--samples', 2, 1_000_000),
    )
    .option(
      '--features <name>',
      'what images are compared by: mnist, fashion-mnist, stacked-mnist, self, inception-fid, inception-clean, nsfwjs-inception, onnx:FILE',
    )
    .option('--held-out <source>', 'real data that were not trained on, for memorisation, parzen and cas')
    .option('--seed <n>', 'which samples are drawn', wholeNumber('--seed', 0, 1_000_000), 0)
    .option('--threads <n>', 'threads of the runtime (default: all cores)', wholeNumber('--threads', 1, 1024))
    .option(
      '--size <pixels>',
      'width and height that pictures are brought to',
      wholeNumber('--size', 8, 1024),
    )
    .addOption(new Option('--channels <n>', '1 to compare in grey, 3 in colour').choices(['1', '3'] as const))
    .addOption(movedGanOption())
    .option('--json', 'print one line of JSON a number, and nothing else')
    .addHelpText(
      'after',
      `
Metrics:
  fd            Frechet distance: quality and variety in one number
  kd            kernel distance: the same without bias, for few samples
  pr, dc        precision and recall, density and coverage: quality and variety apart
  is, modes     by a classifier: Inception Score, classes found
  cas           of conditional generators: what a classifier learns from their samples
  swd, ms-ssim  by pixels alone: texture at each scale, similarity of samples
  memorisation  are samples copies of training images?
  fd-diagonal, fd-infinity, intra-fd, mmd, ndb, ppl, parzen, fid: see docs/evaluation.md

Examples:
  gansmith eval runs/00000-dcgan-mnist
  gansmith eval runs/00000-dcgan-mnist --metrics fd,pr,swd --samples 2000
  gansmith eval ./my-samples --against ./photos --features self
  gansmith eval ./my-samples --against mnist --json >> scores.jsonl
  gansmith eval mnist:test --against mnist               what real data score

Pictures are taken as they are: all squares of one size. Only a Frechet distance of the published Inception network under
the published protocol is called 'fid'.`,
    )
    .action(async (subject, { json = false, channels, ...options }) => {
      const { evaluateSamples } = await import('./evaluateSamples.ts');
      await evaluateSamples({
        subject,
        json,
        ...options,
        channels: channels === undefined ? undefined : channels === '1' ? 1 : 3,
      });
    });
}
