/** 1234567 as `1,234,567`. */
export const formatCount = (count: number): string => Math.round(count).toLocaleString('en-US');

/** Seconds as `0:45`, `12:03` or `1:02:03`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  return hours > 0
    ? `${hours}:${twoDigits(minutes)}:${twoDigits(whole % 60)}`
    : `${minutes}:${twoDigits(whole % 60)}`;
}

/** A measured value with about four digits. */
export function formatValue(value: number): string {
  const size = Math.abs(value);
  if (value !== 0 && (size < 0.001 || size >= 100_000)) return value.toExponential(2);
  return size >= 1000
    ? value.toFixed(0)
    : size >= 100
      ? value.toFixed(1)
      : size >= 10
        ? value.toFixed(2)
        : value.toFixed(3);
}

/** Steps a second as `12 steps/s`, or seconds a step where they are slower. */
export const formatRate = (rate: number): string =>
  rate >= 1
    ? `${rate >= 20 ? formatCount(rate) : rate.toFixed(1)} steps/s`
    : `${(1 / rate).toFixed(1)} s/step`;

/** How long ago, roughly: `just now`, `5 min ago`, `3 h ago`, else the day. */
export function formatAgo(time: string, now = Date.now()): string {
  const minutes = (now - Date.parse(time)) / 60_000;
  if (!Number.isFinite(minutes)) return '';
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${Math.floor(minutes)} min ago`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return time.slice(0, 10);
}
