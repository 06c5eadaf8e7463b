import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface FieldGroupProps {
  title: string;
  /** Of the fields in it. */
  paths: readonly string[];
  /** What is wrong with fields, by their paths. */
  problems: Readonly<Record<string, string>>;
  children: ComponentChildren;
}

/** Fields that belong together, folded away until they are wanted or one of them is wrong. */
export function FieldGroup({ title, paths, problems, children }: FieldGroupProps) {
  const group = useRef<HTMLDetailsElement>(null);
  const wrong = paths.some((path) => problems[path] !== undefined);
  useEffect(() => {
    if (wrong && group.current) group.current.open = true;
  }, [wrong, problems]);
  return (
    <details class="panel block" ref={group}>
      <summary>
        <h3>{title}</h3>
      </summary>
      <div class="fields">{children}</div>
    </details>
  );
}
