import { useRef } from 'preact/hooks';
import { type Sheet, useDrawing } from '../draw/canvas.ts';
import { bestCritic, shownVerdicts } from '../draw/critic.ts';
import { drawContour, drawMap } from '../draw/map.ts';
import { drawArrows, drawDots, drawNet, gridOver, scale } from '../draw/plane.ts';
import type { GamePlayer } from '../engine/player.ts';
import { MOST_STROKES } from './drawn.ts';
import type { PlaneSet } from './sets.ts';

export const CELLS = 40;

export interface Layers {
  map: string;
  arrows: boolean;
  net: boolean;
  points: boolean;
}

interface PlaneProps {
  game: GamePlayer;
  set: PlaneSet;
  objective: string;
  layers: Layers;
  /** The drawing, when one is being made. */
  strokes: readonly number[] | undefined;
  onDraw(strokes: readonly number[]): void;
}

/** The plane with everything the players do in it; with a brush, while a set of one's own is drawn. */
export function Plane({ game, set, objective, layers, strokes, onDraw }: PlaneProps) {
  const cursor = useRef<{ x: number; y: number } | undefined>(undefined);
  const drawing = useRef(false);
  const snapshot = game.snapshot.value;
  const canvas = useDrawing((sheet) => {
    const to = scale(sheet, set.view);
    if (strokes) {
      drawDots(sheet, to, strokes, { colour: sheet.palette.real, radius: 7, alpha: 0.35 });
      if (cursor.current) crosshair(sheet, to, cursor.current);
      return;
    }
    if (snapshot) drawGame(sheet, { snapshot, real: game.real(), set, objective, layers });
  });

  const at = (event: PointerEvent) => {
    const box = canvas.current!.getBoundingClientRect();
    const { left, right, bottom, top } = set.view;
    return {
      x: left + ((event.clientX - box.left) / box.width) * (right - left),
      y: top - ((event.clientY - box.top) / box.height) * (top - bottom),
    };
  };
  const add = ({ x, y }: { x: number; y: number }) => {
    if (!strokes || strokes.length >= 2 * MOST_STROKES) return;
    const [lastX = 9, lastY = 9] = strokes.slice(-2);
    if (Math.hypot(x - lastX, y - lastY) > 0.05) onDraw([...strokes, x, y]);
  };
  const letGo = () => {
    drawing.current = false;
  };
  const moveCursor = (event: KeyboardEvent) => {
    if (!strokes) return;
    const step = event.shiftKey ? 0.25 : 0.06;
    const now = cursor.current ?? { x: 0, y: 0 };
    const moves: Record<string, [number, number]> = {
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      ArrowUp: [0, step],
      ArrowDown: [0, -step],
    };
    const [dx, dy] = moves[event.key] ?? [0, 0];
    const isMark = event.key === ' ' || event.key === 'Enter';
    if (!isMark && dx === 0 && dy === 0) return;
    event.preventDefault();
    cursor.current = {
      x: Math.min(1.7, Math.max(-1.7, now.x + dx)),
      y: Math.min(1.7, Math.max(-1.7, now.y + dy)),
    };
    if (isMark) add(cursor.current);
    else onDraw([...strokes]);
  };
  const words = strokes
    ? `Drawing board, ${strokes.length / 2} marks. Draw with mouse or finger, or move with the arrow keys and mark with the space bar.`
    : describe(game, set);
  return (
    <canvas
      ref={canvas}
      class={`plane ${strokes ? 'drawing' : ''}`}
      role={strokes ? 'application' : 'img'}
      aria-label={words}
      tabIndex={strokes ? 0 : undefined}
      onKeyDown={moveCursor}
      onPointerDown={(event) => {
        if (!strokes) return;
        drawing.current = true;
        canvas.current!.setPointerCapture(event.pointerId);
        add(at(event));
      }}
      onPointerMove={(event) => drawing.current && add(at(event))}
      onPointerUp={letGo}
      onPointerCancel={letGo}
    />
  );
}

function describe(game: GamePlayer, set: PlaneSet): string {
  const step = game.snapshot.value?.step ?? 0;
  const last = game.history().measures.at(-1);
  if (!last) return `${set.title}: nothing learned yet.`;
  const share = (value: number) => `${Math.round(100 * value)} percent`;
  return (
    `${set.title} after ${step} steps: ${share(last.precision)} of the generated points lie on the data, ` +
    `${share(last.recall)} of the data is covered.`
  );
}

interface Drawn {
  snapshot: NonNullable<GamePlayer['snapshot']['value']>;
  real: Float32Array;
  set: PlaneSet;
  objective: string;
  layers: Layers;
}

/** All layers, from the ground up. */
export function drawGame(sheet: Sheet, { snapshot, real, set, objective, layers }: Drawn): void {
  const { palette, width } = sheet;
  const to = scale(sheet, set.view);
  const cells = { columns: CELLS, rows: CELLS };
  if (layers.map === 'critic') {
    const verdicts = shownVerdicts(snapshot.map, objective);
    drawMap(sheet, verdicts, cells);
    drawContour(sheet, verdicts, { ...cells, level: 0.5, colour: palette.critic });
  }
  if (layers.map === 'best') {
    const unit = (set.view.right - set.view.left) / 3.6;
    const best = bestCritic(gridOver(set.view, CELLS, CELLS), real, snapshot.generated, 0.1 * unit);
    drawMap(sheet, best, cells);
    drawContour(sheet, best, { ...cells, level: 0.5, colour: palette.critic });
  }
  if (layers.net && snapshot.net.length > 0) drawNet(sheet, to, snapshot.net, { colour: palette.generator });
  const radius = Math.max(1.6, width / 260);
  if (layers.points) {
    drawDots(sheet, to, real, { colour: palette.real, radius, alpha: 0.55 });
    drawDots(sheet, to, snapshot.generated, { colour: palette.generated, radius, alpha: 0.8 });
  }
  if (layers.arrows) {
    drawArrows(sheet, to, snapshot.made, snapshot.pull, { colour: palette.generator, length: width / 14 });
  }
}

function crosshair(
  { context, palette }: Sheet,
  to: ReturnType<typeof scale>,
  { x, y }: { x: number; y: number },
): void {
  context.strokeStyle = palette.ink;
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(to.x(x), to.y(y), 9, 0, 2 * Math.PI);
  context.moveTo(to.x(x) - 14, to.y(y));
  context.lineTo(to.x(x) + 14, to.y(y));
  context.moveTo(to.x(x), to.y(y) - 14);
  context.lineTo(to.x(x), to.y(y) + 14);
  context.stroke();
}
