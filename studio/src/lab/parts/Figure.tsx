import type { ComponentChildren } from 'preact';
import { type Sheet, useDrawing } from '../draw/canvas.ts';

interface FigureProps {
  /** What is to be seen, in words, for who does not see it. */
  summary: string;
  caption?: ComponentChildren;
  kind: 'plane' | 'chart' | 'chart tall';
  draw: (sheet: Sheet) => void;
}

/** A drawing with its words. */
export function Figure({ summary, caption, kind, draw }: FigureProps) {
  const canvas = useDrawing(draw);
  return (
    <figure>
      <canvas ref={canvas} class={kind} role="img" aria-label={summary} />
      {caption && <figcaption>{caption}</figcaption>}
    </figure>
  );
}
