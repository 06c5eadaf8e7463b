import type { ComponentChildren } from 'preact';

interface SettingsProps {
  /** What they are of, where a page has several groups. */
  of?: string;
  children: ComponentChildren;
}

export const Settings = ({ of, children }: SettingsProps) => (
  <section class="panel settings" aria-label={of ? `Settings of ${of}` : 'Settings'}>
    {children}
  </section>
);

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly (readonly [value: T, name: string])[];
  onChange(value: T): void;
}

export function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  return (
    <label>
      <span>{label}</span>
      <select value={value} onChange={({ currentTarget }) => onChange(currentTarget.value as T)}>
        {options.map(([option, name]) => (
          <option key={option} value={option}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

interface SliderProps {
  label: string;
  value: number;
  min: number;
  max: number;
  step: number;
  /** Called while it is moved. */
  onInput(value: number): void;
  shown?: string;
}

export const Slider = ({ label, value, min, max, step, onInput, shown = String(value) }: SliderProps) => (
  <label>
    <span>
      {/* No output element: the label would belong to it, not to the slider. */}
      {label} <span class="numbers">{shown}</span>
    </span>
    <input
      type="range"
      min={min}
      max={max}
      step={step}
      value={value}
      aria-valuetext={shown}
      onInput={({ currentTarget }) => onInput(Number(currentTarget.value))}
    />
  </label>
);

interface NumberProps {
  label: string;
  value: number;
  onChange(value: number): void;
}

/** A whole number from 0. */
export const WholeNumber = ({ label, value, onChange }: NumberProps) => (
  <label>
    <span>{label}</span>
    <input
      type="number"
      min={0}
      max={999999}
      step={1}
      value={value}
      onChange={({ currentTarget }) => {
        const next = Math.floor(Number(currentTarget.value));
        if (next >= 0 && next <= 999_999) onChange(next);
      }}
    />
  </label>
);

interface SwitchProps {
  label: string;
  value: boolean;
  onChange(value: boolean): void;
}

export const Switch = ({ label, value, onChange }: SwitchProps) => (
  <label class="check">
    <input
      type="checkbox"
      checked={value}
      onChange={({ currentTarget }) => onChange(currentTarget.checked)}
    />
    {label}
  </label>
);
