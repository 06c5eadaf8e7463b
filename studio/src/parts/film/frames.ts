/** The pictures of a film, all of one size. */
export interface Film {
  /** Of the file, without its ending. */
  name: string;
  count: number;
  width: number;
  height: number;
  /** Milliseconds a picture stands; the last stands for a second. */
  delay: number;
  /** Draws a picture at the origin, at its own size. */
  draw(index: number, context: OffscreenCanvasRenderingContext2D): void | Promise<void>;
}

export type FilmFormat = 'mp4' | 'webm' | 'gif';
