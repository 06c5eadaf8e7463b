import { GansmithError } from '../../base/errors.ts';
import { defineOp } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { mul } from './binary.ts';
import { requireFloat } from './checks.ts';
import { given, rand } from './sample.ts';

type Slope = { slope: number };

/*
 * The loops below choose by an index instead of a branch: processors guess where a branch goes, and where signs are random every
 * other guess is wrong, which takes four times as long as the loop.
 */

const leakySlopeNode = defineOp<Slope>('leakySlope', {
  infer: ([x]) => ({ shape: x!.shape, dtype: 'float32' }),
  grad: 'none',
  // Scaling then clipping is twice as fast as Where in the runtime. It errs only for |x| < 1e-38, and gives the slope at
  // exactly zero, as PyTorch does.
  onnx: (b, [x], { slope }) =>
    b.node('Clip', [b.node('Mul', [x!, b.floats([1e38], [])]), b.floats([slope], []), b.floats([1], [])]),
  eval([x], { slope }, out) {
    const from = x!.data;
    const to = out.data;
    const choice = Float64Array.of(slope, 1);
    for (let i = 0; i < to.length; i++) to[i] = choice[Number(from[i]! > 0)]!;
  },
  samples: () => [
    { inputs: [rand([3, 5], -1, 1, true)], attributes: { slope: 0.2 } },
    { inputs: [given([3], [-1, 0, 2])], attributes: { slope: 0.1 } },
  ],
});

const leakyReluNode = defineOp<Slope>('leakyRelu', {
  infer([x], { slope }) {
    requireFloat('leakyRelu', x!);
    // The runtime's form of the derivative, a clip to [slope, 1], holds in this range only.
    if (!(slope >= 0 && slope <= 1)) {
      throw new GansmithError(`leakyRelu: the slope must be in [0, 1], not ${slope}`);
    }
    return { shape: x!.shape, dtype: 'float32' };
  },
  grad: ({ gy, inputs, attributes }) => [mul(gy, leakySlopeNode([inputs[0]!], attributes))],
  onnx: (b, [x], { slope }) =>
    slope === 0 ? b.node('Relu', [x!]) : b.node('LeakyRelu', [x!], { alpha: { float: slope } }),
  eval([x], { slope }, out) {
    const from = x!.data;
    const to = out.data;
    const choice = new Float64Array(2);
    for (let i = 0; i < to.length; i++) {
      const x = from[i]!;
      // A slope of zero is not multiplied with, for minus infinity times zero is not a number.
      if (slope !== 0) choice[0] = x * slope;
      choice[1] = x;
      // What is not a number stays.
      to[i] = choice[Number(!(x <= 0))]!;
    }
  },
  samples: () => [
    { inputs: [rand([2, 7], -1, 1, true)], attributes: { slope: 0.2 } },
    { inputs: [rand([4, 3], -1, 1, true)], attributes: { slope: 0 } },
  ],
});

/** x where positive, slope times x elsewhere; the slope is in [0, 1] and is the derivative at zero, too. */
export const leakyRelu = (x: Tensor, slope = 0.2): Tensor => leakyReluNode([x], { slope });
/** x where positive, 0 elsewhere; the derivative at zero is 0. */
export const relu = (x: Tensor): Tensor => leakyReluNode([x], { slope: 0 });

export const activationOperations = [leakySlopeNode.operation, leakyReluNode.operation];
