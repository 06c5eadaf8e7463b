import { Option } from '@commander-js/extra-typings';
import { UsageError } from '../base/errors.ts';

/** A reader of a whole number within bounds, for an option of that name. */
export const wholeNumber =
  (option: string, low: number, high: number = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= low && value <= high) return value;
    const range = high === Number.MAX_SAFE_INTEGER ? `from ${low} up` : `from ${low} to ${high}`;
    throw new UsageError(`${option}: expected a whole number ${range}, got '${text}'`);
  };

/** A reader of a number above a bound, or from it up. */
export const realNumber =
  (option: string, { above, from }: { above?: number; from?: number }) =>
  (text: string): number => {
    const value = Number(text);
    const fits = above === undefined ? value >= (from ?? -Infinity) : value > above;
    if (text.trim() !== '' && Number.isFinite(value) && fits) return value;
    const range = above === undefined ? `from ${from} up` : `above ${above}`;
    throw new UsageError(`${option}: expected a number ${range}, got '${text}'`);
  };

const MOST_SEEDS = 65_536;

const MOST_PROFILED = 100;

/** The option that asks for a profile, by itself or with a number of iterations. */
export const profileOption = () =>
  new Option(
    '--profile [iterations]',
    'write where the time of some iterations goes: profile.md, profile.json and trace.json (default: 10)',
  )
    .preset('10')
    .argParser((text) => {
      const value = Number(text);
      if (/^\d+$/.test(text) && value >= 1 && value <= MOST_PROFILED) return value;
      throw new UsageError(
        `--profile: expected a number of iterations from 1 to ${MOST_PROFILED}, got '${text}'; write settings before it, or --profile=10`,
      );
    });

/** Reads seeds such as `0-63` or `1,5,9-12`. */
export function seedList(text: string): number[] {
  const seeds = text.split(',').flatMap((part) => {
    const [, first, last = first] = /^\s*(\d+)(?:-(\d+))?\s*$/.exec(part) ?? [];
    const [low, high] = [Number(first), Number(last)];
    if (first === undefined || !Number.isSafeInteger(high)) {
      throw new UsageError(`--seeds: expected numbers and ranges such as 0-63 or 1,5,9-12, got '${text}'`);
    }
    if (high < low)
      throw new UsageError(`--seeds: the range ${part.trim()} runs backwards; write ${high}-${low}`);
    if (high - low >= MOST_SEEDS) throw tooMany(high - low + 1);
    return Array.from({ length: high - low + 1 }, (_, i) => low + i);
  });
  if (seeds.length > MOST_SEEDS) throw tooMany(seeds.length);
  return seeds;
}

const tooMany = (count: number): UsageError =>
  new UsageError(`--seeds: ${count} seeds are more than the ${MOST_SEEDS} that one picture holds`);

/** Seeds as they are written for a user: runs of neighbours as ranges. */
export function formatSeeds(seeds: readonly number[]): string {
  const ranges: { first: number; last: number }[] = [];
  for (const seed of seeds) {
    const current = ranges.at(-1);
    if (current && seed === current.last + 1) current.last = seed;
    else ranges.push({ first: seed, last: seed });
  }
  return ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}

export interface GridSize {
  columns: number;
  rows: number;
}

/** Reads a grid such as `8x8`: columns, then rows. */
export function gridSize(text: string): GridSize {
  const [, columns, rows] = /^(\d+)x(\d+)$/i.exec(text.trim()) ?? [];
  const size = { columns: Number(columns), rows: Number(rows) };
  if (size.columns >= 1 && size.rows >= 1 && size.columns * size.rows <= MOST_SEEDS) return size;
  throw new UsageError(`--grid: expected columns x rows such as 8x8, got '${text}'`);
}

/** Reads settings such as `lr=1e-4`. */
export function parseSettings(words: readonly string[]): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const word of words) {
    const equals = word.indexOf('=');
    const key = word.slice(0, equals);
    if (equals < 1) {
      throw new UsageError(`'${word}' is not a setting; settings are written key=value, such as lr=1e-4`);
    }
    if (Object.hasOwn(settings, key)) throw new UsageError(`the setting ${key} is given twice; give it once`);
    settings[key] = word.slice(equals + 1);
  }
  return settings;
}

/** The option by which a user says where a recorded GAN file has gone. */
export const movedGanOption = () =>
  new Option('--gan <file>', 'where your own GAN file is now, when it was moved after the run began');

/** What the doctor does about a run that is being trained. */
export const DOCTOR_MODES = ['off', 'warn', 'stop'] as const;
export type DoctorMode = (typeof DOCTOR_MODES)[number];

/** The option that says so. */
export const doctorOption = () =>
  new Option(
    '--doctor <mode>',
    'warn: say what is wrong as soon as it shows; stop: also save and end a hopeless run, with exit code 1',
  )
    .choices(DOCTOR_MODES)
    .default('warn' as const);
