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
  /**
   * Adds the products of four rows of `left`, packed from `leftStart`, with four of `right` to a square of `sums`. All
   * starts and `panel`, the four rows' length together, are in elements.
   */
  multiplySquare(leftStart: number, rightStart: number, panel: number, sumsStart: number): void;
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
  return { left, right, sums, multiplySquare };
}

const BYTES = 8;

function simdSpace(module: WebAssembly.Module): ProductSpace {
  const { memory, multiply } = new WebAssembly.Instance(module).exports as {
    memory: WebAssembly.Memory;
    multiply: (left: number, right: number, leftEnd: number, sums: number) => void;
  };
  const rightBase = PACKED * BYTES;
  const sumsBase = 2 * PACKED * BYTES;
  return {
    left: new Float64Array(memory.buffer, 0, PACKED),
    right: new Float64Array(memory.buffer, rightBase, PACKED),
    sums: new Float64Array(memory.buffer, sumsBase, SUMS),
    multiplySquare: (leftStart, rightStart, panel, sumsStart) =>
      multiply(
        leftStart * BYTES,
        rightBase + rightStart * BYTES,
        (leftStart + panel) * BYTES,
        sumsBase + sumsStart * BYTES,
      ),
  };
}

/**
 * The inner loop as a WebAssembly module: sixteen sums in eight registers of two. Multiplications and additions are
 * rounded separately and in the order of `plainSpace`.
 */
function assemble(): Uint8Array<ArrayBuffer> {
  const [left, right, leftEnd, sums] = [0, 1, 2, 3];
  const accumulator = (row: number, half: number) => 4 + 2 * row + half; // locals 4 to 11
  const [right01, right23, factor] = [12, 13, 14];
  const rows = [0, 1, 2, 3];
  const halves = [0, 1];
  const get = (local: number) => [0x20, local];
  const set = (local: number) => [0x21, local];
  const constant = (value: number) => [0x41, ...leb(value)];
  const simd = (...code: number[]) => [0xfd, ...code];
  const load = (offset: number) => simd(0x00, 3, ...leb(offset));
  const loadSplat = (offset: number) => simd(0x0a, 3, ...leb(offset));
  const store = (offset: number) => simd(0x0b, 3, ...leb(offset));
  const [add, multiply] = [simd(0xf0, 0x01), simd(0xf2, 0x01)];
  const advance = (local: number) => [...get(local), ...constant(32), 0x6a, ...set(local)];
  const sumOffset = (row: number, half: number) => BYTES * (row * TILE + 2 * half);

  const eachSum = (code: (row: number, half: number) => number[]) =>
    rows.flatMap((row) => halves.flatMap((half) => code(row, half)));
  const code = [
    ...eachSum((row, half) => [...get(sums), ...load(sumOffset(row, half)), ...set(accumulator(row, half))]),
    ...[0x03, 0x40], // loop
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
    ...advance(right),
    ...advance(left),
    ...[...get(left), ...get(leftEnd), 0x49, 0x0d, 0], // again while left < leftEnd
    0x0b,
    ...eachSum((row, half) => [...get(sums), ...get(accumulator(row, half)), ...store(sumOffset(row, half))]),
    0x0b,
  ];
  const pages = Math.ceil(((2 * PACKED + SUMS) * BYTES) / 65536);
  const [i32, v128] = [0x7f, 0x7b];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 4, i32, i32, i32, i32, 0]), // type: four addresses, no result
    ...section(3, [1, 0]), // one function of that type
    ...section(5, [1, 0, ...leb(pages)]), // one memory
    ...section(7, [2, ...exported('memory', 2, 0), ...exported('multiply', 0, 0)]),
    ...section(10, [1, ...sized([1, 11, v128, ...code])]), // locals: eleven vectors
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
