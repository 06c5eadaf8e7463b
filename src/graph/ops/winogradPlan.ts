import { OPEN, type Shape } from '../shape.ts';
import type { Geometry } from './convGeometry.ts';
import { kronecker, winogradMatrices } from './winograd.ts';

/** One axis of a convolution, cut into tiles. */
export interface Axis {
  size: number;
  outputs: number;
  kernel: number;
  stride: number;
  before: number;
  /** Taps of one phase. */
  taps: number;
  /** Outputs of a tile, m. */
  tile: number;
  /** Inputs of a window, t. */
  window: number;
  tiles: number;
}

export interface Plan {
  batch: number;
  channels: number;
  kernels: number;
  vertical: Axis;
  horizontal: Axis;
}

/** Shapes of a convolution's input [N, C, H, W], weight [K, C, kh, kw] and output [N, K, OH, OW]. */
export interface Shapes {
  x: Shape;
  weight: Shape;
  y: Shape;
}

export function planOf({ x, weight, y }: Shapes, { stride, padding }: Geometry, tile: number): Plan {
  const axis = (a: 0 | 1): Axis => {
    const taps = Math.ceil(weight[a + 2]! / stride[a]);
    return {
      size: x[a + 2]!,
      outputs: y[a + 2]!,
      kernel: weight[a + 2]!,
      stride: stride[a],
      before: padding[a],
      taps,
      tile,
      window: tile + taps - 1,
      tiles: Math.ceil(y[a + 2]! / tile),
    };
  };
  return { batch: x[0]!, channels: x[1]!, kernels: weight[0]!, vertical: axis(0), horizontal: axis(1) };
}

/** Positions of both axes as one: how many there are. */
export const area = ({ vertical, horizontal }: Plan, of: Exclude<keyof Axis, 'before' | 'kernel'>): number =>
  vertical[of] * horizontal[of];

/** True where taps are few enough for tiles to save products, and the batch is known. */
export function fitsWinograd({ x, weight }: Shapes, { stride, dilation, groups }: Geometry): boolean {
  const taps = [0, 1].map((axis) => Math.ceil(weight[axis + 2]! / stride[axis]!));
  return (
    x[0] !== OPEN &&
    groups === 1 &&
    dilation.every((amount) => amount === 1) &&
    taps.every((count) => count === 2 || count === 3)
  );
}

/**
 * True where tiles of this size were seen to be worth it on two processor cores. With fewer channels the transforms of
 * images outweigh the products saved; with fewer rows the transform of the weight does, in time and in memory, and the more
 * so the larger the tile.
 */
export const paysWinograd = ({ batch, channels, kernels, vertical, horizontal }: Plan): boolean =>
  Math.min(channels, kernels) >= 32 &&
  batch * vertical.tiles * horizontal.tiles >= 32 * Math.min(vertical.tile, horizontal.tile);

/** The transforms of both axes in one: kernel [t^2, taps^2], input [t^2, t^2], output [m^2, t^2]. */
export function matricesOf({ vertical, horizontal }: Plan) {
  const down = winogradMatrices(vertical.tile, vertical.taps);
  const across = winogradMatrices(horizontal.tile, horizontal.taps);
  return {
    kernel: kronecker(down.kernel, across.kernel),
    input: kronecker(down.input, across.input),
    output: kronecker(down.output, across.output),
  };
}
