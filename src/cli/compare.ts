import type { Command } from '@commander-js/extra-typings';

export function addCompareCommand(program: Command): void {
  program
    .command('compare')
    .summary('put scored runs side by side')
    .description(
      "Put the scores of runs side by side, with the verdict of their intervals on each beside the first. 'gansmith eval' " +
        'takes the scores; the last of each metric counts.',
    )
    .argument('<scored...>', "folders of runs, or files that 'gansmith eval --json' wrote")
    .option('--metrics <names>', 'only these numbers, such as fd,recall (default: all that every one has)')
    .option('--json', 'print one line of JSON a number, and nothing else')
    .addHelpText(
      'after',
      `
Examples:
  gansmith eval runs/00000-dcgan-mnist && gansmith eval runs/00001-wgan-gp-mnist
  gansmith compare runs/00000-dcgan-mnist runs/00001-wgan-gp-mnist
  gansmith compare ours.jsonl theirs.jsonl --metrics fd,precision

Scores compare when metric, features, their hash and the protocol (real data, counts) are the same. 'better' and 'worse' are
said when the intervals leave no doubt: of these generators, not of another training with another seed.`,
    )
    .action(async (scored, { json = false, ...options }) => {
      const { compareScores } = await import('./compareScores.ts');
      compareScores({ scored, json, ...options });
    });
}
