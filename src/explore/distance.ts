import { add, mean, mul, reshape, sub, type Tensor } from '../graph/index.ts';

/** Halvings of a picture that are compared, itself among them. */
const SCALES = 4;
/** The smallest side that is halved. */
const SMALLEST = 4;

/**
 * How far pictures [N, C, H, W] are apart, [N]: the mean squared difference of pixels, averaged over up to four scales, each half
 * as large as the one before by 2x2 means; sides that are odd are not halved. A shift of a stroke by one pixel costs little on
 * the coarse scales, so a search finds its way. It is a distance of pixels: LPIPS needs weights that are not at hand.
 */
export function pixelDistance(a: Tensor, b: Tensor): Tensor {
  let difference = sub(a, b);
  const levels = [squared(difference)];
  while (levels.length < SCALES && canHalve(difference)) {
    difference = halved(difference);
    levels.push(squared(difference));
  }
  return mul(
    levels.reduce((total, level) => add(total, level)),
    1 / levels.length,
  );
}

const squared = (x: Tensor): Tensor => mean(mul(x, x), { axes: [1, 2, 3] });

const canHalve = ({ shape: [, , height, width] }: Tensor): boolean =>
  height! % 2 === 0 && width! % 2 === 0 && height! > SMALLEST && width! > SMALLEST;

function halved(x: Tensor): Tensor {
  const [count, channels, height, width] = x.shape as [number, number, number, number];
  return mean(reshape(x, [count, channels, height / 2, 2, width / 2, 2]), { axes: [3, 5] });
}
