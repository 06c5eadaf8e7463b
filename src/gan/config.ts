import * as z from 'zod';
import type { DataShape } from '../base/dataShape.ts';
import { nearest, UsageError } from '../base/errors.ts';
import type { AnyGan, BaseConfig } from './defineGan.ts';

/** Settings as a user gives them: by name, as text or values. The name `preset` chooses a named set to start from. */
export type Overrides = Readonly<Record<string, unknown>>;

/** Settings that are not possible, each with what is wrong with it. */
export class SettingsError extends UsageError {
  /** In words, by the setting's name. */
  readonly settings: Readonly<Record<string, string>>;
  constructor(settings: Readonly<Record<string, string>>) {
    super(Object.values(settings).join('\n'));
    this.settings = settings;
  }
}

/**
 * The full settings of a GAN: its defaults, then the preset, then the overrides.
 * @throws SettingsError naming the misspelt key or the value out of range, with the nearest valid choice; UsageError for
 *   settings that do not go together.
 */
export function resolveConfig(gan: AnyGan, overrides: Overrides, data: DataShape): BaseConfig {
  const { preset, ...given } = overrides;
  const values: Record<string, unknown> = { ...presetValues(gan, preset, data) };
  for (const [key, value] of Object.entries(given)) {
    const schema = gan.config.shape[key];
    if (!schema) throw new SettingsError({ [key]: unknownKey(gan, key) });
    values[key] = typeof value === 'string' ? parseText(value, schema) : value;
  }
  const result = gan.config.safeParse(values);
  if (!result.success) throw new SettingsError(explain(gan, result.error, values));
  const refusals = gan.refuses?.(result.data, data) ?? [];
  if (refusals.length > 0)
    throw new UsageError(refusals.map((reason) => `${gan.name}: ${reason}`).join('\n'));
  return result.data;
}

function presetValues(gan: AnyGan, preset: unknown, data: DataShape): Record<string, unknown> {
  const presets = gan.presets ?? {};
  const name = preset === undefined ? gan.presetFor?.(data) : String(preset);
  if (name === undefined) return {};
  const found = presets[name];
  if (found) return found;
  const names = Object.keys(presets);
  if (names.length === 0)
    throw new UsageError(`${gan.name} has no presets, so preset=${name} is not possible`);
  throw new UsageError(
    `${gan.name} has no preset '${name}'${suggestion(name, names)}; its presets are ${names.join(', ')}`,
  );
}

const suggestion = (word: string, names: readonly string[]): string => {
  const close = nearest(word, names);
  return close ? `; did you mean '${close}'?` : '';
};

function unknownKey(gan: AnyGan, key: string): string {
  const names = [...Object.keys(gan.config.shape), 'preset'];
  return `${gan.name} has no setting '${key}'${suggestion(key, names)} (its settings: ${names.join(', ')})`;
}

/** Text from the command line as the value the schema expects: numbers, booleans, lists as JSON or of words, else the text itself. */
function parseText(text: string, schema: z.ZodType): unknown {
  if (schema.safeParse(text).success) return text;
  const words = text.split(',');
  if (schema.safeParse(words).success) return words;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function explain(gan: AnyGan, error: z.ZodError, values: Record<string, unknown>): Record<string, string> {
  const lines: Record<string, string> = {};
  for (const issue of error.issues) {
    const key = String(issue.path[0] ?? '');
    const given = key in values ? `${key}=${JSON.stringify(values[key])}` : key;
    const help = gan.config.shape[key]?.description;
    const choices = 'values' in issue && Array.isArray(issue.values) ? issue.values.map(String) : [];
    const hint = choices.length > 0 ? suggestion(String(values[key]), choices) : '';
    const line = `${gan.name}: ${given} is not possible: ${issue.message}${hint}${help ? ` (${key}: ${help})` : ''}`;
    lines[key] = lines[key] === undefined ? line : `${lines[key]}\n${line}`;
  }
  return lines;
}

/** One setting, for help texts and forms. */
export interface SettingInfo {
  name: string;
  type: string;
  /** Undefined when there is none: the setting is then required, or may be left out. */
  default: unknown;
  required: boolean;
  meaning: string;
}

/** Every setting of a GAN with its type and range, default and meaning. */
export const describeSettings = (gan: AnyGan): SettingInfo[] => describeSchema(gan.config);

/** The same of any schema of settings. */
export function describeSchema(config: z.ZodType): SettingInfo[] {
  const schema = z.toJSONSchema(config, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    type: typeText(property),
    default: property.default,
    required: property.default === undefined && (schema.required ?? []).includes(name),
    meaning: property.description ?? '',
  }));
}

interface JsonSchema {
  type?: string;
  enum?: readonly unknown[];
  const?: unknown;
  anyOf?: readonly JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: readonly string[];
  default?: unknown;
  description?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
}

function typeText({ type, enum: choices, anyOf, const: only, ...range }: JsonSchema): string {
  if (choices) return choices.join(' | ');
  if (only !== undefined) return String(only);
  if (anyOf) return anyOf.map(typeText).join(' | ');
  const bound = (value: number | undefined): value is number =>
    value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER;
  const parts = [
    bound(range.minimum) ? `>= ${range.minimum}` : '',
    bound(range.exclusiveMinimum) ? `> ${range.exclusiveMinimum}` : '',
    bound(range.maximum) ? `<= ${range.maximum}` : '',
    bound(range.exclusiveMaximum) ? `< ${range.exclusiveMaximum}` : '',
  ].filter(Boolean);
  return [type ?? 'value', ...parts].join(' ');
}
