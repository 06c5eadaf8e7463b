import { nearest, UsageError } from '../base/errors.ts';

/** The parts of a source such as `dicebear:pixel-art?label=hair&count=2000` after its colon. */
export interface SourceQuery {
  /** What stands before the question mark. */
  path: string;
  settings: Readonly<Record<string, string>>;
}

/**
 * Splits what a user wrote after a source's colon.
 * @throws UsageError for a setting that is misspelt, given twice or without a value.
 */
export function parseSourceQuery(source: string, text: string, allowed: readonly string[]): SourceQuery {
  const mark = text.indexOf('?');
  if (mark < 0) return { path: text, settings: {} };
  const settings: Record<string, string> = {};
  for (const word of text.slice(mark + 1).split('&')) {
    const equals = word.indexOf('=');
    const key = equals < 0 ? word : word.slice(0, equals);
    const choices = `its settings are ${allowed.join(', ')}`;
    if (!allowed.includes(key)) {
      const close = nearest(key, allowed);
      throw new UsageError(
        `data '${source}': there is no setting '${key}'${close ? `: did you mean '${close}'?` : ''} (${choices})`,
      );
    }
    if (equals < 0 || equals === word.length - 1) {
      throw new UsageError(`data '${source}': '${key}' needs a value, as in '${key}=...' (${choices})`);
    }
    if (Object.hasOwn(settings, key)) {
      throw new UsageError(`data '${source}': '${key}' is given twice; give it once`);
    }
    settings[key] = decodeURIComponent(word.slice(equals + 1));
  }
  return { path: text.slice(0, mark), settings };
}

/** A setting that is one of several words; the first when it is not given. */
export function choiceOf<Choice extends string>(
  source: string,
  key: string,
  value: string | undefined,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  if (value === undefined) return choices[0];
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  const close = nearest(value, choices);
  throw new UsageError(
    `data '${source}': ${key}=${value} is not possible${close ? `: did you mean '${close}'?` : ''}; choose from ${choices.join(', ')}`,
  );
}

/** A setting that is a whole number in [1, most]. */
export function countOf(source: string, value: string | undefined, most: number): number | undefined {
  if (value === undefined) return undefined;
  const count = Number(value);
  if (/^\d+$/.test(value) && count >= 1 && count <= most) return count;
  throw new UsageError(`data '${source}': count: expected a whole number from 1 to ${most}, got '${value}'`);
}

/** A setting that is a colour, six hex digits: what transparent places are painted with. */
export function colourOf(source: string, value: string | undefined): readonly [number, number, number] {
  if (value === undefined) return [255, 255, 255];
  if (/^[0-9a-f]{6}$/i.test(value)) {
    const number = Number.parseInt(value, 16);
    return [number >> 16, (number >> 8) & 255, number & 255];
  }
  throw new UsageError(
    `data '${source}': background: expected six hex digits such as ffffff for white, got '${value}'`,
  );
}
