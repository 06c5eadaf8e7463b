import type { ComponentChildren } from 'preact';

interface PanelProps {
  /** Also its id. */
  name: string;
  title: string;
  /** Beside the title. */
  actions?: ComponentChildren;
  children: ComponentChildren;
}

export const Panel = ({ name, title, actions, children }: PanelProps) => (
  <section class={`panel explorer-panel ${name}`} aria-labelledby={`${name}-title`}>
    <div class="explorer-head">
      <h2 id={`${name}-title`}>{title}</h2>
      <div class="explorer-actions">{actions}</div>
    </div>
    {children}
  </section>
);
