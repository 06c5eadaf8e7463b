import type uPlot from 'uplot';
import { colourOf } from '../../shell/theme.ts';
import type { Line } from './chartData.ts';

/** Height of the title and the legend above the chart, in points. */
const HEAD = 30;

/** A chart as a picture, with its title and legend, at the resolution of the screen. */
export async function chartPng(plot: uPlot, title: string, lines: readonly Line[]): Promise<Blob> {
  const source = plot.ctx.canvas;
  const scale = devicePixelRatio;
  const canvas = document.createElement('canvas');
  canvas.width = source.width;
  canvas.height = source.height + HEAD * scale;
  const context = canvas.getContext('2d')!;
  context.fillStyle = colourOf('--surface');
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(source, 0, HEAD * scale);
  context.scale(scale, scale);
  context.textBaseline = 'middle';
  context.font = '600 14px system-ui, sans-serif';
  context.fillStyle = colourOf('--ink');
  context.fillText(title, 12, HEAD / 2);
  let x = 24 + context.measureText(title).width;
  context.font = '12px system-ui, sans-serif';
  for (const { label, colour, dash } of lines) {
    context.strokeStyle = colourOf(colour);
    context.lineWidth = 2;
    context.setLineDash([...(dash ?? [])]);
    context.beginPath();
    context.moveTo(x, HEAD / 2);
    context.lineTo(x + 18, HEAD / 2);
    context.stroke();
    context.fillText(label, x + 24, HEAD / 2);
    x += 40 + context.measureText(label).width;
  }
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('the picture could not be made'))),
      'image/png',
    ),
  );
}
