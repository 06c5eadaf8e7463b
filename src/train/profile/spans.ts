/** A stretch of the training loop's time, in milliseconds of `performance.now()`. */
export interface Span {
  name: string;
  /** A whole iteration, a phase in it, or a piece of work in either. */
  kind: 'iteration' | 'phase' | 'work';
  start: number;
  end: number;
}

/** Where the loop says what it is doing. */
export interface Spans {
  /** Begins a span; the function it returns ends it. */
  open(name: string, kind?: Span['kind']): () => void;
}

const nothing = () => {};

/** For iterations nobody wants to know about. */
export const noSpans: Spans = { open: () => nothing };

/** Keeps spans in the order of their ends. */
export function recordSpans(): Spans & { readonly recorded: Span[] } {
  const recorded: Span[] = [];
  return {
    recorded,
    open(name, kind = 'work') {
      const start = performance.now();
      return () => void recorded.push({ name, kind, start, end: performance.now() });
    },
  };
}

/** Milliseconds of the spans of a kind, and of a name when one is given. */
export const spanMs = (spans: readonly Span[], kind: Span['kind'], name?: string): number =>
  spans
    .filter((span) => span.kind === kind && (name === undefined || span.name === name))
    .reduce((total, { start, end }) => total + end - start, 0);

export const countOf = (spans: readonly Span[], kind: Span['kind']): number =>
  spans.filter((span) => span.kind === kind).length;
