/** Row stride of a tile of sums, and the number of its rows. */
export const TILE = 128;
/** Elements of a row that are packed at a time. A packed tile of 256 KB stays in a second-level cache. */
export const DEPTH = 256;

/** Two packed tiles and the sums of their products. Groups of four rows are interleaved: element k of row r is at `4 k + r`. */
export interface ProductSpace {
  readonly left: Float64Array;
  readonly right: Float64Array;
  /** [TILE, TILE] */
  readonly sums: Float64Array;
  /** Adds the products of groups of four rows of `left` with groups of four of `right`, all of so many elements, to `sums`. */
  multiplyGroups(leftGroups: number, rightGroups: number, length: number): void;
}

/** A workspace with the fastest kernel that this engine has; all kernels give the same bits. */
export function productSpace(): ProductSpace {
  return simdModule ? simdSpace(simdModule) : plainSpace();
}

const PACKED = TILE * DEPTH;
const SUMS = TILE * TILE;

/** The kernel for engines without WebAssembly SIMD, and the oracle of the other one. */
export function plainSpace(): ProductSpace {
  const left = new Float64Array(PACKED);
  const right = new Float64Array(PACKED);
  const sums = new Float64Array(SUMS);
  const multiplySquare = (leftStart: number, rightStart: number, panel: number, sumsStart: number) => {
    for (let row = 0; row < 4; row++) {
      const at = sumsStart + row * TILE;
      let s0 = sums[at]!;
      let s1 = sums[at + 1]!;
      let s2 = sums[at + 2]!;
      let s3 = sums[at + 3]!;
      for (let k = 0; k < panel; k += 4) {
        const a = left[leftStart + k + row]!;
        const b = rightStart + k;
        s0 += a * right[b]!;
        s1 += a * right[b + 1]!;
        s2 += a * right[b + 2]!;
        s3 += a * right[b + 3]!;
      }
      sums[at] = s0;
      sums[at + 1] = s1;
      sums[at + 2] = s2;
      sums[at + 3] = s3;
    }
  };
  return {
    ...{ left, right, sums },
    multiplyGroups(leftGroups, rightGroups, length) {
      for (let i = 0; i < leftGroups; i++) {
        for (let j = 0; j < rightGroups; j++) {
          multiplySquare(4 * length * i, 4 * length * j, 4 * length, 4 * TILE * i + 4 * j);
        }
      }
    },
  };
}

const BYTES = 8;
const RIGHT_BASE = PACKED * BYTES;
const SUMS_BASE = 2 * PACKED * BYTES;

function simdSpace(module: WebAssembly.Module): ProductSpace {
  const { memory, multiply } = new WebAssembly.Instance(module).exports as {
    memory: WebAssembly.Memory;
    multiply: (leftGroups: number, rightGroups: number, panel: number) => void;
  };
  return {
    left: new Float64Array(memory.buffer, 0, PACKED),
    right: new Float64Array(memory.buffer, RIGHT_BASE, PACKED),
    sums: new Float64Array(memory.buffer, SUMS_BASE, SUMS),
    multiplyGroups: (leftGroups, rightGroups, length) =>
      multiply(leftGroups, rightGroups, 4 * length * BYTES),
  };
}

// Instructions that both functions of the module use.
const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const constant = (value: number) => [0x41, ...leb(value)];
const plus = 0x6a;
/** Adds a number to a local variable. */
const advance = (local: number, by: number[]) => [...get(local), ...by, plus, ...set(local)];
const [loop, end] = [[0x03, 0x40], 0x0b];
/** Goes on with the loop while the condition on the stack holds. */
const again = [0x0d, 0];

/** All of a tile: for each group of four rows of one side, and each of the other, the square of their products. */
function tileCode(): number[] {
  const [leftGroups, rightGroups, panel] = [0, 1, 2];
  const [left, right, row, sums, remaining] = [3, 4, 5, 6, 7];
  const countDown = (local: number) => [...get(local), ...constant(1), 0x6b, 0x22, local, ...again];
  return [
    ...[...constant(SUMS_BASE), ...set(row)],
    ...loop,
    ...[...constant(RIGHT_BASE), ...set(right)],
    ...[...get(row), ...set(sums)],
    ...[...get(rightGroups), ...set(remaining)],
    ...loop,
    ...[...get(left), ...get(right), ...get(left), ...get(panel), plus, ...get(sums), 0x10, 0], // call the square
    ...advance(right, get(panel)),
    ...advance(sums, constant(4 * BYTES)),
    ...countDown(remaining),
    end,
    ...advance(left, get(panel)),
    ...advance(row, constant(4 * TILE * BYTES)),
    ...countDown(leftGroups),
    end,
    end,
  ];
}

/**
 * The products of four rows with four: sixteen sums in eight registers of two. Multiplications and additions are rounded
 * separately and in the order of `plainSpace`.
 */
function squareCode(): number[] {
  const [left, right, leftEnd, sums] = [0, 1, 2, 3];
  const accumulator = (row: number, half: number) => 4 + 2 * row + half; // locals 4 to 11
  const [right01, right23, factor] = [12, 13, 14];
  const rows = [0, 1, 2, 3];
  const halves = [0, 1];
  const simd = (...code: number[]) => [0xfd, ...code];
  const load = (offset: number) => simd(0x00, 3, ...leb(offset));
  const loadSplat = (offset: number) => simd(0x0a, 3, ...leb(offset));
  const store = (offset: number) => simd(0x0b, 3, ...leb(offset));
  const [add, multiply] = [simd(0xf0, 0x01), simd(0xf2, 0x01)];
  const sumOffset = (row: number, half: number) => BYTES * (row * TILE + 2 * half);

  const eachSum = (code: (row: number, half: number) => number[]) =>
    rows.flatMap((row) => halves.flatMap((half) => code(row, half)));
  return [
    ...eachSum((row, half) => [...get(sums), ...load(sumOffset(row, half)), ...set(accumulator(row, half))]),
    ...loop,
    ...[...get(right), ...load(0), ...set(right01)],
    ...[...get(right), ...load(16), ...set(right23)],
    ...rows.flatMap((row) => [
      ...[...get(left), ...loadSplat(BYTES * row), ...set(factor)],
      ...halves.flatMap((half) => [
        ...get(accumulator(row, half)),
        ...[...get(factor), ...get(half ? right23 : right01), ...multiply],
        ...[...add, ...set(accumulator(row, half))],
      ]),
    ]),
    ...advance(right, constant(4 * BYTES)),
    ...advance(left, constant(4 * BYTES)),
    ...[...get(left), ...get(leftEnd), 0x49, ...again], // while left < leftEnd
    end,
    ...eachSum((row, half) => [...get(sums), ...get(accumulator(row, half)), ...store(sumOffset(row, half))]),
    end,
  ];
}

/** The WebAssembly module. */
function assemble(): Uint8Array<ArrayBuffer> {
  const pages = Math.ceil(((2 * PACKED + SUMS) * BYTES) / 65536);
  const [i32, v128] = [0x7f, 0x7b];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [2, 0x60, 4, i32, i32, i32, i32, 0, 0x60, 3, i32, i32, i32, 0]), // types: four or three numbers, no result
    ...section(3, [2, 0, 1]), // a function of each
    ...section(5, [1, 0, ...leb(pages)]), // one memory
    ...section(7, [2, ...exported('memory', 2, 0), ...exported('multiply', 0, 1)]),
    ...section(10, [2, ...sized([1, 11, v128, ...squareCode()]), ...sized([1, 5, i32, ...tileCode()])]), // with their locals
  ]);
}

const sized = (bytes: readonly number[]) => [...leb(bytes.length), ...bytes];
const section = (id: number, bytes: readonly number[]) => [id, ...sized(bytes)];
const exported = (name: string, kind: number, index: number) => {
  const letters = [...name].map((letter) => letter.charCodeAt(0));
  return [...sized(letters), kind, index];
};

/** A whole number from 0 as LEB128 that reads alike signed and unsigned: the top bit of the last group is 0. */
function leb(value: number): number[] {
  return value < 64 ? [value] : [(value & 127) | 128, ...leb(value >> 7)];
}

/** Undefined where the engine has no SIMD, or a page's security policy forbids WebAssembly. */
const simdModule = compile(assemble());

function compile(code: Uint8Array<ArrayBuffer>): WebAssembly.Module | undefined {
  try {
    return new WebAssembly.Module(code);
  } catch {
    return undefined;
  }
}
