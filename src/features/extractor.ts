/** Pictures to be measured: `data` is [N, C, H, W] in row-major order, in [-1, 1]. */
export interface Images {
  shape: readonly [count: number, channels: number, height: number, width: number];
  data: Float32Array | Float64Array;
}

/** What an extractor's network is fed with, after `features` has prepared the images it was given. */
export interface ExtractorInput {
  channels: number;
  height: number;
  width: number;
  /** Least and largest value the network was trained on. */
  range: readonly [number, number];
  /** How images of another size or number of channels are brought to this one; undefined: they are refused. */
  adapts?: string;
}

/** What an extractor says of images, a row an image. */
export interface Features {
  count: number;
  /** [count, width] */
  features: Float32Array;
  /** [count, classes], before softmax, where the network classifies. */
  logits?: Float32Array;
}

/**
 * A fixed network that turns pictures into points of a space where distance means something. A number measured with one
 * extractor is comparable only with numbers of the same `hash`, so both `name` and `hash` go wherever the number goes.
 */
export interface FeatureExtractor {
  /** As the user writes it after `--features`, such as `mnist`. */
  readonly name: string;
  /** SHA-256 of the weights and of the definition of the network, 64 hex digits. */
  readonly hash: string;
  readonly input: ExtractorInput;
  /** Numbers in a row of features. */
  readonly width: number;
  /** Names of what the logits stand for; empty without logits. */
  readonly classes: readonly string[];
  /**
   * Features of any number of images, computed in batches of a fixed size of the extractor's own choosing: the rows do not
   * depend on how many images come together.
   * @throws ShapeError for images of a size the extractor neither takes nor adapts.
   */
  features(images: Images): Promise<Features>;
  release(): Promise<void>;
}

/** Softmax of each row of logits [count, classes], in float64. */
export function probabilities(logits: ArrayLike<number>, classes: number): Float64Array {
  const result = new Float64Array(logits.length);
  for (let row = 0; row < logits.length; row += classes) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let k = row; k < row + classes; k++) largest = Math.max(largest, logits[k]!);
    let total = 0;
    for (let k = row; k < row + classes; k++) {
      result[k] = Math.exp(logits[k]! - largest);
      total += result[k]!;
    }
    for (let k = row; k < row + classes; k++) result[k]! /= total;
  }
  return result;
}

/** The most likely class of each row of logits [count, classes]; of equals the first. */
export function likeliest(logits: ArrayLike<number>, classes: number): Int32Array {
  const result = new Int32Array(logits.length / classes);
  for (let row = 0; row < result.length; row++) {
    let best = 0;
    for (let k = 1; k < classes; k++) {
      if (logits[row * classes + k]! > logits[row * classes + best]!) best = k;
    }
    result[row] = best;
  }
  return result;
}
