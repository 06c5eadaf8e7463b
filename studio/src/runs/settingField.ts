import type { SettingSchema } from 'gansmith/studio';

/** How a setting is asked for. */
export type Field =
  | { kind: 'choice'; choices: string[] }
  | { kind: 'number'; whole: boolean; low?: number; high?: number }
  | { kind: 'switch' }
  /** Text as the command line takes it, lists as JSON among it. */
  | { kind: 'text' };

/** The field that suits a setting's schema. */
export function fieldOf(schema: SettingSchema): Field {
  if (schema.enum) return { kind: 'choice', choices: schema.enum.map(String) };
  if (schema.type === 'boolean') return { kind: 'switch' };
  if (schema.type === 'number' || schema.type === 'integer') {
    const low = bound(schema.minimum ?? schema.exclusiveMinimum);
    const high = bound(schema.maximum ?? schema.exclusiveMaximum);
    return {
      kind: 'number',
      whole: schema.type === 'integer',
      ...(low === undefined ? {} : { low }),
      ...(high === undefined ? {} : { high }),
    };
  }
  return { kind: 'text' };
}

/** Schemas write the largest safe integer where there is no bound. */
const bound = (value: number | undefined): number | undefined =>
  value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined;

/** A value as the field shows it and as the server reads it. */
export const textOf = (value: unknown): string =>
  value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);

/** The settings that differ from their defaults, as text: what a request needs to carry. */
export const changedSettings = (
  values: Readonly<Record<string, string>>,
  properties: Readonly<Record<string, SettingSchema>>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).filter(
      ([name, value]) =>
        properties[name] && value.trim() !== '' && value !== textOf(properties[name].default),
    ),
  );
