import type { SettingSchema } from 'gansmith/studio';
import { fieldOf, textOf } from './settingField.ts';

interface SettingInputProps {
  name: string;
  schema: SettingSchema;
  /** As it was changed; undefined for the default. */
  value: string | undefined;
  set: (value: string) => void;
}

/** A field for one setting, with what it means. */
export function SettingInput({ name, schema, value, set }: SettingInputProps) {
  const field = fieldOf(schema);
  const given = textOf(schema.default);
  const meaning = schema.description && <small class="soft">{schema.description}</small>;
  if (field.kind === 'switch') {
    return (
      <label class="switch">
        <span class="check">
          <input
            type="checkbox"
            checked={(value ?? given) === 'true'}
            onChange={({ currentTarget }) => set(String(currentTarget.checked))}
          />
          {name}
        </span>
        {meaning}
      </label>
    );
  }
  const shown = value ?? '';
  const id = `setting-${name}`;
  return (
    <div class="field">
      <label for={id}>{name}</label>
      {field.kind === 'choice' ? (
        <select id={id} value={shown} onChange={({ currentTarget }) => set(currentTarget.value)}>
          <option value="">{given === '' ? 'as the preset says' : `default: ${given}`}</option>
          {field.choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      ) : field.kind === 'number' ? (
        <input
          id={id}
          type="number"
          step={field.whole ? 1 : 'any'}
          min={field.low}
          max={field.high}
          placeholder={given}
          value={shown}
          onInput={({ currentTarget }) => set(currentTarget.value)}
        />
      ) : (
        <input
          id={id}
          type="text"
          placeholder={given}
          value={shown}
          onInput={({ currentTarget }) => set(currentTarget.value)}
        />
      )}
      {meaning}
    </div>
  );
}
