import type uPlot from 'uplot';
import { colourOf } from '../../shell/theme.ts';
import { COLUMNS, type Line } from './chartData.ts';
import { faint, shortCount } from './chartOptions.ts';

const [LEFT, TOP, BOTTOM, RIGHT] = [60, 36, 30, 12];

/** A chart as a drawing: the lines, bands, axes and legend that the screen shows. */
export function chartSvg(
  plot: uPlot,
  title: string,
  lines: readonly Line[],
  data: uPlot.AlignedData,
  log: boolean,
): string {
  const [width, height] = [plot.bbox.width / devicePixelRatio, plot.bbox.height / devicePixelRatio];
  const x = (value: number) => (LEFT + plot.valToPos(value, 'x')).toFixed(1);
  const y = (value: number) => (TOP + plot.valToPos(value, 'y')).toFixed(1);
  const within = (value: number) => value >= plot.scales.x!.min! && value <= plot.scales.x!.max!;
  const points = (column: number) =>
    Array.from(data[0]).flatMap((step, row) => {
      const value = data[column]?.[row];
      return typeof value === 'number' && within(step) ? [`${x(step)},${y(value)}`] : [];
    });
  const [ink, soft, grid] = [colourOf('--ink'), colourOf('--soft-ink'), colourOf('--line')];

  const ticks = (axis: 0 | 1): number[] => {
    // uPlot keeps the ticks it chose beside each axis, which its types leave out.
    const { _splits } = plot.axes[axis] as unknown as { _splits?: (number | null)[] };
    return (_splits ?? []).filter((tick) => tick !== null);
  };
  const columns = ticks(0).filter((tick) => within(tick) && shortCount(tick) !== '');
  const rows = ticks(1).filter((tick) => tick >= plot.scales.y!.min! && tick <= plot.scales.y!.max!);
  const grids = [
    ...columns.map(
      (tick) =>
        `<path d="M${x(tick)} ${TOP}v${height}" stroke="${grid}"/><text x="${x(tick)}" y="${TOP + height + 18}" text-anchor="middle">${shortCount(tick)}</text>`,
    ),
    ...rows.map(
      (tick) =>
        `<path d="M${LEFT} ${y(tick)}h${width}" stroke="${grid}"/><text x="${LEFT - 8}" y="${y(tick)}" dy="4" text-anchor="end">${Number(tick.toPrecision(3))}</text>`,
    ),
  ];
  let at = LEFT + title.length * 9 + 12;
  const drawn = lines.map(({ label, colour, dash, low }, i) => {
    const stroke = colourOf(colour);
    const dashes = dash ? ` stroke-dasharray="${dash.join(' ')}"` : '';
    const band = [...points(COLUMNS * i + 3), ...points(COLUMNS * i + 2).reverse()].join(' ');
    const legend = `<path d="M${at} 18h18" stroke="${stroke}" stroke-width="2"${dashes}/><text x="${at + 24}" y="22">${escapeXml(label)}</text>`;
    at += 44 + label.length * 7;
    return [
      low ? `<polygon points="${band}" fill="${faint(stroke, 0.16)}"/>` : '',
      `<polyline points="${points(COLUMNS * i + 1).join(' ')}" fill="none" stroke="${stroke}" stroke-width="1.75" stroke-linejoin="round"${dashes}/>`,
      legend,
    ].join('');
  });
  const [fullWidth, fullHeight] = [LEFT + width + RIGHT, TOP + height + BOTTOM];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${fullWidth} ${fullHeight}" width="${fullWidth}" height="${fullHeight}" font-family="system-ui, sans-serif" font-size="12" fill="${soft}">
<title>${escapeXml(title)} over steps${log ? ', logarithmic' : ''}</title>
<rect width="100%" height="100%" fill="${colourOf('--surface')}"/>
<text x="${LEFT - 48}" y="23" font-size="14" font-weight="600" fill="${ink}">${escapeXml(title)}</text>
${[...grids, ...drawn].join('\n')}
</svg>
`;
}

const escapeXml = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]!);
