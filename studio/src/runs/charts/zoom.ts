type Steps = readonly [from: number, to: number];

/** A range `factor` times as wide about the same middle, kept within the whole; undefined when it would be the whole. */
export function zoomed([from, to]: Steps, whole: Steps, factor: number): Steps | undefined {
  const width = Math.max(2, (to - from) * factor);
  if (width >= whole[1] - whole[0]) return undefined;
  const start = (from + to) / 2 - width / 2;
  return shifted(start, width, whole);
}

/** A range moved by a share of its width, kept within the whole. */
export function moved([from, to]: Steps, whole: Steps, share: number): Steps | undefined {
  const width = to - from;
  if (width >= whole[1] - whole[0]) return undefined;
  return shifted(from + share * width, width, whole);
}

function shifted(start: number, width: number, [first, last]: Steps): Steps {
  const kept = Math.min(Math.max(start, first), last - width);
  return [kept, kept + width];
}
