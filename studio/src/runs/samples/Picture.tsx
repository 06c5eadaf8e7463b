import { useEffect, useRef, useState } from 'preact/hooks';
import { picture } from './pictures.ts';

/** A picture that stays until the next one can be drawn, so that a film does not flicker. */
export function Picture({ url, description }: { url: string; description: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [missing, setMissing] = useState(false);
  useEffect(() => {
    let wanted = true;
    picture(url).then(
      (image) => {
        const target = canvas.current;
        if (!wanted || !target) return;
        setMissing(false);
        target.width = image.naturalWidth;
        target.height = image.naturalHeight;
        target.getContext('2d')!.drawImage(image, 0, 0);
        target.dataset.shown = url;
      },
      () => wanted && setMissing(true),
    );
    return () => {
      wanted = false;
    };
  }, [url]);
  return (
    <>
      <canvas ref={canvas} role="img" aria-label={description} hidden={missing} />
      {missing && <p class="soft small">This picture cannot be loaded.</p>}
    </>
  );
}
