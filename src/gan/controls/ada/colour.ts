import { ShapeError } from '../../../base/errors.ts';
import { add, cos, exp, mul, sin, sub } from '../../../graph/ops/elementwise.ts';
import { tensor } from '../../../graph/ops/leaf.ts';
import { matmul } from '../../../graph/ops/matmul.ts';
import { reshape } from '../../../graph/ops/movement.ts';
import { formatShape } from '../../../graph/shape.ts';
import type { Tensor, TensorLike } from '../../../graph/tensor.ts';
import { columns, type Draws, LOG2, wholePart, withChance } from './chance.ts';

/** Random numbers an image takes. */
export const COLOUR_DRAWS = { uniform: 7, normal: 3 };

const third = 1 / 3;
const root = 1 / Math.sqrt(3);
/** The part of a colour along grey, (1, 1, 1) / sqrt(3), and what is left of it. */
const ALONG = [third, third, third, third, third, third, third, third, third];
const ACROSS = ALONG.map((value, i) => (i % 4 === 0 ? 1 : 0) - value);
/** The cross product of grey and a colour: a quarter turn about grey. */
const TURNED = [0, -root, root, root, 0, -root, -root, root, 0];

/**
 * Brightness, contrast, luma flip, hue and saturation of images [B, C, H, W], each with probability p (Karras et al. 2020,
 * arXiv:2006.06676, appendix B). All of them act on the part along grey and, by a turn and a factor, on the part across,
 * so one matrix an image says it all. Grey images have a part along grey only.
 *
 * @throws ShapeError for images of other than 1 or 3 channels.
 */
export function recolour(x: Tensor, p: TensorLike, draws: Draws): Tensor {
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  if (channels !== 1 && channels !== 3) {
    throw new ShapeError(
      `augmentation: colours are for images of 1 or 3 channels, not ${formatShape(x.shape)}`,
    );
  }
  const [doBrightness, doContrast, flip, doFlip, hue, doHue, doSaturation] = columns(draws.uniform) as Seven;
  const [brightness, contrast, saturation] = columns(draws.normal) as [Tensor, Tensor, Tensor];
  const lift = withChance(p, doBrightness, mul(brightness, 0.2), 0);
  const factor = withChance(p, doContrast, exp(mul(contrast, 0.5 * LOG2)), 1);
  const sign = sub(1, mul(withChance(p, doFlip, wholePart(mul(flip, 2)), 0), 2));
  const along = mul(factor, sign); // [B, 1]
  const entry = (value: Tensor, axes: number) => reshape(value, [batch, ...new Array<number>(axes).fill(1)]);
  if (channels === 1) return mul(add(x, entry(lift, 3)), entry(along, 3));

  const angle = withChance(p, doHue, mul(sub(mul(hue, 2), 1), Math.PI), 0);
  const across = mul(factor, withChance(p, doSaturation, exp(mul(saturation, LOG2)), 1));
  const part = (value: Tensor, matrix: number[]) => mul(entry(value, 2), tensor(matrix, [1, 3, 3]));
  const matrix = add(
    add(part(along, ALONG), part(mul(across, cos(angle)), ACROSS)),
    part(mul(across, sin(angle)), TURNED),
  );
  const colours = matmul(matrix, reshape(x, [batch, 3, height * width]));
  return add(reshape(colours, x.shape), entry(mul(along, lift), 3));
}

type Seven = [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
