/** What a network must know of the data before it sees any: sizes and class names. */
export interface DataShape {
  kind: 'images' | 'points';
  /** Shape of one example: [C, H, W] with values in [-1, 1], or [D]. */
  shape: readonly number[];
  /** Names of the classes; empty when unlabelled. */
  classes: readonly string[];
}
