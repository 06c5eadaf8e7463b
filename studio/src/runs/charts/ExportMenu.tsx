import type uPlot from 'uplot';
import { download } from '../../parts/download.ts';
import { Menu } from '../../parts/Menu.tsx';
import { chartCsv } from './chartCsv.ts';
import type { Line } from './chartData.ts';
import { chartPng } from './chartPng.ts';
import { chartSvg } from './chartSvg.ts';

interface ExportMenuProps {
  title: string;
  file: string;
  lines: readonly Line[];
  data: uPlot.AlignedData;
  log: boolean;
  plot: () => uPlot | undefined;
}

/** Saves what a chart shows, as a picture or as numbers. */
export function ExportMenu({ title, file, lines, data, log, plot }: ExportMenuProps) {
  const name = `${file}-${title}`.replace(/[^\w.-]+/g, '-');
  const save = async (ending: string, content: () => Blob | Promise<Blob>) => {
    download(`${name}.${ending}`, await content());
  };
  const drawn = () => {
    const made = plot();
    if (!made) throw new Error('the chart is not drawn yet');
    return made;
  };
  return (
    <Menu name={`Save ${title}`}>
      <button type="button" class="button" onClick={() => save('png', () => chartPng(drawn(), title, lines))}>
        PNG picture
      </button>
      <button
        type="button"
        class="button"
        onClick={() =>
          save('svg', () => new Blob([chartSvg(drawn(), title, lines, data, log)], { type: 'image/svg+xml' }))
        }
      >
        SVG drawing
      </button>
      <button
        type="button"
        class="button"
        onClick={() => save('csv', () => new Blob([chartCsv(lines, data)], { type: 'text/csv' }))}
      >
        CSV numbers
      </button>
    </Menu>
  );
}
