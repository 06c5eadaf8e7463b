import { UsageError } from '../base/errors.ts';

/** Refuses a number below `low`, at or above `below`, or not finite; the message says whose option it is. */
export function expectRange(
  where: string,
  option: string,
  value: number,
  low: number,
  below = Number.POSITIVE_INFINITY,
): void {
  if (value >= low && value < below) return;
  const range = below < Number.POSITIVE_INFINITY ? `at least ${low} and below ${below}` : `at least ${low}`;
  throw new UsageError(`${where}: ${option} must be ${range}, not ${value}`);
}
