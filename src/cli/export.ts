import { type Command, Option } from '@commander-js/extra-typings';
import { movedGanOption } from './options.ts';

export function addExportCommand(program: Command): void {
  program
    .command('export')
    .summary('write the generator, a part of it, or the critic as an ONNX file')
    .description(
      'Write the averaged generator as an ONNX file of plain operators, with its parameters inside and the batch size ' +
        'open. The file is run and compared with the generator in memory before it is left to you.',
    )
    .argument('<run>', 'the folder of a run (its newest checkpoint), or a checkpoint file')
    .requiredOption('--out <file>', 'where the model goes, such as generator.onnx')
    .addOption(movedGanOption())
    .option('--live', 'use the weights as trained instead of their average')
    .addOption(
      new Option(
        '--network <name>',
        'G for the generator, D for the critic as it is; mapping or synthesis for a part of a StyleGAN',
      )
        .choices(['G', 'D', 'mapping', 'synthesis'] as const)
        .default('G' as const),
    )
    .addHelpText(
      'after',
      `
Examples:
  gansmith export runs/00000-dcgan-mnist --out generator.onnx
  gansmith export runs/00000-dcgan-mnist --network D --out critic.onnx
  gansmith export runs/00001-stylegan2-faces --network synthesis --out synthesis.onnx

The input z is [batch, latent] noise as the metadata 'inputs' says; the output images is [batch, channels, height, width]
with values from -1 to 1, or points is [batch, dimensions]. A critic takes these, and gives scores: [batch, 1], or a map
[batch, 1, h, w] where it judges patches. Of a StyleGAN, mapping is from z to the styles w [batch, layers, width] and
synthesis from w, which may differ from layer to layer, to images; the metadata tell layers, width and the mean of w,
towards which psi truncates the first 'cutoff' layers.`,
    )
    .action(async (run, { out, gan, live = false, network }) => {
      const { writeModel } = await import('./writeModel.ts');
      await writeModel(run, { out, gan, averaged: !live, network });
    });
}
