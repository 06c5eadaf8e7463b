import { useEffect, useRef } from 'preact/hooks';
import { formatValue } from '../parts/format.ts';
import { Icon } from '../parts/icons.tsx';
import { colourOf, look } from '../shell/theme.ts';
import { type Maker, useMade } from './model/maker.ts';
import type { About, Made } from './model/protocol.ts';
import { Panel } from './parts/Panel.tsx';
import { settingsOf, type View } from './view.ts';

const COUNT = 2000;
const SIDE = 640;
const BINS = 80;

interface CloudProps {
  maker: Maker;
  about: About;
  view: View;
}

/** What a generator of points has learned: many of them at once, by their first two numbers. */
export function Cloud({ maker, about, view }: CloudProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const places = Array.from({ length: COUNT }, (_, i) => ({ kind: 'seed' as const, seed: view.first + i }));
  const made = useMade(maker, about, { places, ...settingsOf(view) });
  const shown = look.value;
  const reach = made ? reachOf(made) : 1;
  useEffect(() => {
    if (made && canvas.current) draw(canvas.current, made, reach);
  }, [made, shown]);
  const save = async () => {
    const { saveDrawing } = await import('./recipe.ts');
    const { width, height, data } = canvas.current!.getContext('2d')!.getImageData(0, 0, SIDE, SIDE);
    saveDrawing(about, { width, height, channels: 4, data: new Uint8Array(data), what: 'points' });
  };
  const [dims = 1] = about.shape;
  return (
    <Panel
      name="cloud"
      title="Generated points"
      actions={
        <button type="button" class="button" disabled={!made} aria-label="Save points as PNG" onClick={save}>
          <Icon name="save" /> PNG
        </button>
      }
    >
      <canvas
        ref={canvas}
        class="points"
        width={SIDE}
        height={SIDE}
        role="img"
        aria-label={made ? `2,000 generated points. ${summaryOf(made)}` : 'Points are being made'}
      />
      <p class="soft small">
        Seeds {view.first} to {view.first + COUNT - 1}; from −{formatValue(reach)} to {formatValue(reach)}
        {dims === 1 ? ', counted' : ' in both directions'}
        {dims > 2 ? `; the first two of ${dims} numbers` : ''}.
      </p>
    </Panel>
  );
}

/** A round number beyond nearly all values. */
function reachOf({ data, shape: [, dims = 1] }: Made): number {
  const sizes = data
    .filter((_, i) => i % dims < 2)
    .map(Math.abs)
    .sort();
  return Math.ceil((sizes[Math.floor(0.998 * (sizes.length - 1))] ?? 1) * 11) / 10 || 1;
}

function draw(canvas: HTMLCanvasElement, { data, shape: [count = 0, dims = 1] }: Made, reach: number): void {
  const context = canvas.getContext('2d')!;
  context.fillStyle = colourOf('--surface');
  context.fillRect(0, 0, SIDE, SIDE);
  context.fillStyle = colourOf('--line');
  context.fillRect(SIDE / 2, 0, 1, SIDE);
  if (dims > 1) context.fillRect(0, SIDE / 2, SIDE, 1);
  context.fillStyle = colourOf('--generated');
  const across = (value: number) => (SIDE / 2) * (1 + value / reach);
  if (dims === 1) {
    const bins = new Float64Array(BINS);
    for (const value of data) {
      const bin = Math.floor((across(value) / SIDE) * BINS);
      if (bin >= 0 && bin < BINS) bins[bin]!++;
    }
    const most = Math.max(...bins, 1);
    bins.forEach((found, i) => {
      const height = (found / most) * SIDE * 0.9;
      context.fillRect((i * SIDE) / BINS, SIDE - height, SIDE / BINS - 1, height);
    });
    return;
  }
  context.globalAlpha = 0.6;
  for (let i = 0; i < count; i++) {
    context.beginPath();
    context.arc(across(data[i * dims]!), SIDE - across(data[i * dims + 1]!), 2.2, 0, 2 * Math.PI);
    context.fill();
  }
  context.globalAlpha = 1;
}

/** Where the points lie, in words. */
function summaryOf({ data, shape: [count = 1, dims = 1] }: Made): string {
  const parts = Array.from({ length: Math.min(2, dims) }, (_, axis) => {
    const values = data.filter((_, i) => i % dims === axis);
    const mean = values.reduce((sum, value) => sum + value, 0) / count;
    const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count);
    return `${['Across', 'Upwards'][axis]}: mean ${formatValue(mean)}, standard deviation ${formatValue(spread)}`;
  });
  return `${parts.join('. ')}.`;
}
