import type { Initializer, NetworkFunction } from './scope.ts';

/** A critic in two parts, so that what looks at its features can stand between them. */
export interface CriticParts {
  /** Examples to features, [B, F] or [B, C, H, W]. */
  features: NetworkFunction;
  /** Features, as they are or flattened and extended, to scores [B, 1]. */
  score: NetworkFunction;
  /** Initial weights of what is added beside the score, such as the table of a projection. Default: as PyTorch's layers. */
  init?: Initializer;
}
