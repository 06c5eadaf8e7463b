interface KeyProps {
  /** Name of the colour, what it stands for, and whether as a line. */
  entries: readonly (readonly [colour: string, meaning: string, line?: boolean])[];
}

/** What the colours of a drawing stand for. */
export const Key = ({ entries }: KeyProps) => (
  <ul class="lab-key">
    {entries.map(([colour, meaning, line]) => (
      <li key={meaning}>
        <i class={line ? 'line' : ''} style={{ background: `var(--${colour})` }} />
        {meaning}
      </li>
    ))}
  </ul>
);
