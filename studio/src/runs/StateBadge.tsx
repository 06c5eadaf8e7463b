import type { RunState } from 'gansmith/studio';

/** What a run is doing; told by its shape and word, not by colour. */
export const StateBadge = ({ state }: { state: RunState }) => (
  <span class={`state ${state}`}>
    <span class="dot" aria-hidden="true" />
    {state}
  </span>
);
