import { useEffect, useRef } from 'preact/hooks';
import type { Made } from '../model/protocol.ts';

interface CanvasProps {
  made: Made | undefined;
  /** Which of them. */
  index?: number;
  /** For those who do not see it; left out where a control around it has a name. */
  description?: string;
}

/** One generated picture, pixel for pixel; the style sheet makes it larger. */
export function Canvas({ made, index = 0, description }: CanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const image = made && imageOf(made, index);
    if (!image || !canvas.current) return;
    canvas.current.width = image.width;
    canvas.current.height = image.height;
    canvas.current.getContext('2d')!.putImageData(image, 0, 0);
    canvas.current.dataset.ready = '';
  }, [made, index]);
  const spoken = description
    ? ({ role: 'img', 'aria-label': description } as const)
    : ({ 'aria-hidden': true } as const);
  return <canvas ref={canvas} class="generated" width={1} height={1} {...spoken} />;
}

/** Undefined where there are fewer pictures. */
export function imageOf({ shape, data }: Made, index: number): ImageData | undefined {
  const [count = 0, channels = 1, height = 1, width = 1] = shape;
  if (index >= count) return undefined;
  const image = new ImageData(width, height);
  const area = width * height;
  const start = index * channels * area;
  for (let pixel = 0; pixel < area; pixel++) {
    for (let colour = 0; colour < 3; colour++) {
      const value = data[start + (channels === 3 ? colour : 0) * area + pixel]!;
      // As in the pictures of a run: rounded, and cut to what a byte holds, which this array does by itself.
      image.data[4 * pixel + colour] = 127.5 * (value + 1);
    }
    image.data[4 * pixel + 3] = 255;
  }
  return image;
}
