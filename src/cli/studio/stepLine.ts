/** One `step` line of a run's log. */
export interface StepRow {
  step: number;
  images: number;
  seconds: number;
  /** Names of the reported scalars, `phase/key`; the same array as long as the lines have the same keys. */
  keys: readonly string[];
  /** Their values, in the order of `keys`; longer than it perhaps. */
  values: Float64Array;
}

interface Key {
  name: string;
  /** The name in quotes with its colon, as the line writes it. */
  bytes: Buffer;
}

const QUOTE = 34;
const COMMA = 44;
const CLOSE = 125;
const [TYPE, IMAGES, SECONDS, METRICS] = [
  '{"type":"step","step":',
  ',"images":',
  ',"seconds":',
  ',"metrics":{',
].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer, Buffer];

/**
 * A reader of `step` lines as the recorder writes them, several times as fast as JSON.parse: logs have a million of them, and
 * a chart must stand within a second. It expects the keys of the line before; a line in any other form gives undefined, to be
 * read as JSON. Numbers of more than 15 digits may differ from JSON.parse's in the last bit. The row is reused by the next call.
 */
export function createStepReader(): (bytes: Buffer, start: number, end: number) => StepRow | undefined {
  let known: Key[] = [];
  const row: StepRow = { step: 0, images: 0, seconds: 0, keys: [], values: new Float64Array(32) };
  const number = { value: 0, end: 0 };

  return (bytes, start, end) => {
    let at = skip(bytes, start, TYPE);
    if (at < 0 || !readNumber(bytes, at, end, number)) return undefined;
    row.step = number.value;
    at = skip(bytes, number.end, IMAGES);
    if (at < 0 || !readNumber(bytes, at, end, number)) return undefined;
    row.images = number.value;
    at = skip(bytes, number.end, SECONDS);
    if (at < 0 || !readNumber(bytes, at, end, number)) return undefined;
    row.seconds = number.value;
    at = skip(bytes, number.end, METRICS);
    if (at < 0) return undefined;

    let count = 0;
    while (bytes[at] === QUOTE) {
      let next = count < known.length ? skip(bytes, at, known[count]!.bytes) : -1;
      if (next < 0) {
        const key = readKey(bytes, at, end);
        if (!key || count >= row.values.length) return undefined;
        known = [...known.slice(0, count), key];
        next = at + key.bytes.length;
      }
      if (!readNumber(bytes, next, end, number)) return undefined;
      row.values[count++] = number.value;
      at = number.end;
      if (bytes[at] !== COMMA) break;
      at++;
    }
    if (bytes[at] !== CLOSE || bytes[at + 1] !== CLOSE || at + 2 !== end) return undefined;
    if (known.length > count) known = known.slice(0, count);
    if (row.keys.length !== count || known.some(({ name }, i) => row.keys[i] !== name)) {
      row.keys = known.map(({ name }) => name);
    }
    return row;
  };
}

/** Where these bytes end when they stand at `at`, else -1. */
function skip(bytes: Buffer, at: number, expected: Buffer): number {
  for (let i = 0; i < expected.length; i++) if (bytes[at + i] !== expected[i]) return -1;
  return at + expected.length;
}

function readKey(bytes: Buffer, at: number, end: number): Key | undefined {
  const close = bytes.indexOf('":', at + 1);
  if (close < 0 || close >= end) return undefined;
  const name = bytes.toString('utf8', at + 1, close);
  return name.includes('\\') ? undefined : { name, bytes: Buffer.from(bytes.subarray(at, close + 2)) };
}

/** Powers of ten that doubles hold exactly. */
const POWERS = Array.from({ length: 23 }, (_, i) => 10 ** i);

/** Reads a JSON number at `at`; false when there is none, such as `null`. */
function readNumber(bytes: Buffer, at: number, end: number, into: { value: number; end: number }): boolean {
  const negative = bytes[at] === 45;
  let i = negative ? at + 1 : at;
  const first = i;
  let digits = 0;
  let exponent = 0;
  for (let c = bytes[i]!; i < end && c >= 48 && c <= 57; c = bytes[++i]!) digits = digits * 10 + (c - 48);
  if (i === first) return false;
  if (bytes[i] === 46) {
    const point = ++i;
    for (let c = bytes[i]!; i < end && c >= 48 && c <= 57; c = bytes[++i]!) digits = digits * 10 + (c - 48);
    exponent = point - i;
  }
  if (bytes[i] === 101 || bytes[i] === 69) {
    i++;
    const below = bytes[i] === 45;
    if (below || bytes[i] === 43) i++;
    let power = 0;
    for (let c = bytes[i]!; i < end && c >= 48 && c <= 57; c = bytes[++i]!) power = power * 10 + (c - 48);
    exponent += below ? -power : power;
  }
  const size = scaled(digits, exponent);
  into.value = negative ? -size : size;
  into.end = i;
  return true;
}

/** Digits times a power of ten; of one that doubles do not hold exactly, as the language reads it. */
function scaled(digits: number, exponent: number): number {
  if (exponent === 0) return digits;
  const power = POWERS[Math.abs(exponent)];
  if (power === undefined) return Number(`${digits}e${exponent}`);
  return exponent < 0 ? digits / power : digits * power;
}
