import { effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { colourOf, look } from '../../shell/theme.ts';

/** The colours of a drawing, as the style sheets have them at the moment. */
export interface Palette {
  real: string;
  generated: string;
  generator: string;
  critic: string;
  ground: string;
  surface: string;
  line: string;
  ink: string;
  soft: string;
  dark: boolean;
}

/** What a drawing gets: a context in CSS pixels, and how many there are. */
export interface Sheet {
  context: CanvasRenderingContext2D;
  width: number;
  height: number;
  palette: Palette;
}

export function readPalette(): Palette {
  return {
    real: colourOf('--real'),
    generated: colourOf('--generated'),
    generator: colourOf('--generator'),
    critic: colourOf('--critic'),
    ground: colourOf('--ground'),
    surface: colourOf('--surface'),
    line: colourOf('--line'),
    ink: colourOf('--ink'),
    soft: colourOf('--soft-ink'),
    dark: look.value === 'dark',
  };
}

let palette: { of: string; colours: Palette } | undefined;

function currentPalette(): Palette {
  if (palette?.of !== look.value) palette = { of: look.value, colours: readPalette() };
  return palette.colours;
}

/**
 * A canvas that is drawn again whenever a signal the drawing reads, the look, or its own size changes; at most once a frame,
 * and at the screen's own resolution.
 */
export function useDrawing(draw: (sheet: Sheet) => void) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(draw);
  latest.current = draw;
  const ask = useRef(() => {});
  useEffect(() => {
    const element = canvas.current!;
    const context = element.getContext('2d')!;
    let asked = 0;
    const paint = () => {
      asked = 0;
      const { clientWidth: width, clientHeight: height } = element;
      if (width === 0 || height === 0) return;
      const density = Math.min(devicePixelRatio, 3);
      const [across, down] = [Math.round(width * density), Math.round(height * density)];
      if (element.width !== across || element.height !== down) {
        element.width = across;
        element.height = down;
      }
      context.setTransform(density, 0, 0, density, 0, 0);
      context.clearRect(0, 0, width, height);
      context.globalAlpha = 1;
      latest.current({ context, width, height, palette: currentPalette() });
    };
    const request = () => {
      if (asked === 0) asked = requestAnimationFrame(paint);
    };
    ask.current = request;
    const resized = new ResizeObserver(request);
    resized.observe(element);
    const stop = effect(() => {
      look.value;
      request();
    });
    return () => {
      stop();
      resized.disconnect();
      cancelAnimationFrame(asked);
    };
  }, []);
  useEffect(() => ask.current());
  return canvas;
}
