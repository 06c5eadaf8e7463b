import type { DataShape } from '../base/dataShape.ts';
import { randomStream } from '../base/random.ts';
import { type Examples, type Features, featuresOf, joined } from './features.ts';

/** Real data as the doctor needs them; a Dataset is one. */
export interface RealData extends DataShape {
  count: number;
  read(indices: ArrayLike<number>): { real: Float32Array; labels: Int32Array };
}

/** Numbers read at once: large images in their hundreds would not fit into memory. */
const AT_ONCE = 1 << 20;

export interface LabelledExamples {
  examples: Examples;
  labels: Int32Array;
}

/**
 * Up to `count` examples in parts, the same ones whenever they are asked for.
 * @param purpose different purposes get different examples
 * @param part examples in a part
 */
export function* someExamples(
  data: RealData,
  count: number,
  purpose: string,
  part = Math.max(1, Math.floor(AT_ONCE / data.shape.reduce((product, side) => product * side, 1))),
): Generator<LabelledExamples> {
  const chosen = randomStream(0, 'doctor', purpose).permutation(data.count).slice(0, count);
  for (let start = 0; start < chosen.length; start += part) {
    const { real, labels } = data.read(chosen.slice(start, start + part));
    yield { examples: { shape: [labels.length, ...data.shape], data: real }, labels };
  }
}

/** Features of such examples. */
export const someFeatures = (data: RealData, count: number, purpose: string): Features =>
  joined([...someExamples(data, count, purpose)].map(({ examples }) => featuresOf(examples)));
