import { concat, cos, mul, sin, type Tensor } from '../graph/index.ts';

/**
 * Numbers with the sines and cosines of their multiples by 1, 2, 4, ..., 2^(octaves - 1): [B, F] to [B, F (1 + 2 octaves)].
 * A perceptron learns slow functions of its input long before fast ones; of these it learns fast ones too (Tancik et
 * al. 2020, arXiv:2006.10739; the frequencies are NeRF's, arXiv:2003.08934, equation 4, without its factor pi).
 */
export function withOctaves(x: Tensor, octaves = 0): Tensor {
  const waves = Array.from({ length: octaves }, (_, octave) => {
    const angle = mul(x, 2 ** octave);
    return [sin(angle), cos(angle)];
  });
  return waves.length > 0 ? concat([x, ...waves.flat()], 1) : x;
}
