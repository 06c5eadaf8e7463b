import type { SettingSchema } from 'gansmith/studio';
import { fieldOf, textOf } from './settingField.ts';

interface SettingInputProps {
  /** Its path in the request, such as `settings.lr`. */
  path: string;
  label: string;
  schema: SettingSchema;
  /** As it was changed; undefined for the default. */
  value: string | undefined;
  set: (value: string) => void;
  /** What is wrong with it. */
  problem?: string | undefined;
  /** What a choice is called that leaves it to the server. */
  unset?: string;
}

/** A field for one setting, with what it means and what is wrong with it. */
export function SettingInput({ path, label, schema, value, set, problem, unset }: SettingInputProps) {
  const field = fieldOf(schema);
  const given = textOf(schema.default);
  const id = `field-${path}`;
  const about = `${id}-about`;
  const described = {
    id,
    name: path,
    'aria-describedby': schema.description || problem ? about : undefined,
    'aria-invalid': problem !== undefined,
  };
  const meaning = (schema.description || problem) && (
    <small id={about}>
      {problem && <span class="problem">{problem} </span>}
      {schema.description && <span class="soft">{schema.description}</span>}
    </small>
  );
  if (field.kind === 'switch') {
    return (
      <div class="field switch">
        <label class="check">
          <input
            {...described}
            type="checkbox"
            checked={(value ?? given) === 'true'}
            onChange={({ currentTarget }) => set(String(currentTarget.checked))}
          />
          {label}
        </label>
        {meaning}
      </div>
    );
  }
  const shown = value ?? '';
  const onInput = ({ currentTarget }: { currentTarget: HTMLInputElement }) => set(currentTarget.value);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {field.kind === 'choice' ? (
        <select {...described} value={shown} onChange={({ currentTarget }) => set(currentTarget.value)}>
          <option value="">{unset ?? (given === '' ? 'as the preset says' : `default: ${given}`)}</option>
          {field.choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      ) : field.kind === 'number' ? (
        <input
          {...described}
          type="number"
          step={field.whole ? 1 : 'any'}
          min={field.low}
          max={field.high}
          placeholder={given}
          value={shown}
          onInput={onInput}
        />
      ) : (
        <input {...described} type="text" placeholder={given} value={shown} onInput={onInput} />
      )}
      {meaning}
    </div>
  );
}
