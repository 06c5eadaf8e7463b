import { useRef } from 'preact/hooks';
import { type Sheet, useDrawing } from '../draw/canvas.ts';

interface BoardProps {
  /** What can be moved, how, and what is to be seen. */
  label: string;
  kind: 'plane' | 'chart tall';
  draw: (sheet: Sheet) => void;
  /** Called with a place on the board under mouse or finger, as shares of its width from the left and of its height from the top. */
  onPlace(across: number, down: number): void;
  /** Called for an arrow key, with -1, 0 or 1 to the right and upwards; five with Shift. */
  onNudge(right: number, up: number): void;
}

const ARROWS: Record<string, readonly [right: number, up: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** A drawing in which one thing can be moved: by mouse, by finger, or by the arrow keys. */
export function Board({ label, kind, draw, onPlace, onNudge }: BoardProps) {
  const canvas = useDrawing(draw);
  const held = useRef(false);
  const place = ({ clientX, clientY }: PointerEvent) => {
    const { left, top, width, height } = canvas.current!.getBoundingClientRect();
    onPlace((clientX - left) / width, (clientY - top) / height);
  };
  const letGo = () => {
    held.current = false;
  };
  return (
    // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: it takes arrow keys, as its name says
    <canvas
      ref={canvas}
      class={`${kind} board`}
      role="application"
      aria-label={label}
      tabIndex={0}
      onPointerDown={(event) => {
        held.current = true;
        canvas.current!.setPointerCapture(event.pointerId);
        place(event);
      }}
      onPointerMove={(event) => held.current && place(event)}
      onPointerUp={letGo}
      onPointerCancel={letGo}
      onKeyDown={(event) => {
        const arrow = ARROWS[event.key];
        if (!arrow || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        const reach = event.shiftKey ? 5 : 1;
        onNudge(arrow[0] * reach, arrow[1] * reach);
      }}
    />
  );
}
