import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { Icon } from './icons.tsx';

interface MenuProps {
  /** On the button that opens it, beside a drawing; left out where the drawing says enough. */
  label?: string;
  /** What is read. */
  name: string;
  children: ComponentChildren;
  onOpen?: () => void;
}

/** Buttons that are folded away until they are wanted. Escape, and any of them, folds them again. */
export function Menu({ label, name, children, onOpen }: MenuProps) {
  const menu = useRef<HTMLDetailsElement>(null);
  const close = () => {
    if (!menu.current?.open) return;
    menu.current.open = false;
    menu.current.querySelector('summary')?.focus();
  };
  return (
    <details
      class="menu"
      ref={menu}
      onKeyDown={(event) => event.key === 'Escape' && close()}
      onToggle={() => menu.current?.open && onOpen?.()}
    >
      <summary class={`button ${label ? '' : 'icon'}`} aria-label={name} title={name}>
        <Icon name="save" /> {label}
      </summary>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it hears of its buttons, which take keys too */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys press the buttons */}
      <div class="panel" onClick={(event) => (event.target as HTMLElement).closest('button') && close()}>
        {children}
      </div>
    </details>
  );
}
