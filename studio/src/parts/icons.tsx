/** Drawings on a grid of 16, in the colour of the text around them. */
const PATHS = {
  play: 'M5 3l8 5-8 5Z',
  pause: 'M5.5 3v10M10.5 3v10',
  stop: 'M4.5 4.5h7v7h-7Z',
  previous: 'M10 3L5 8l5 5',
  next: 'M6 3l5 5-5 5',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  whole: 'M3 5V3h3M13 5V3h-3M3 11v2h3M13 11v2h-3',
  save: 'M8 2v8M4.5 7L8 10.5 11.5 7M3 13.5h10',
  back: 'M13 8H3M7 4L3 8l4 4',
} as const;

export const Icon = ({ name }: { name: keyof typeof PATHS }) => (
  <svg viewBox="0 0 16 16" aria-hidden="true">
    <path d={PATHS[name]} />
  </svg>
);
