import { UsageError } from '../base/errors.ts';

export interface LabelModes {
  /** Classes that at least one sample was given. */
  modes: number;
  /** KL(generated || real) of the distributions over classes, in nats. */
  reverseKl: number;
  samples: number;
}

/** How often each of `classes` labels occurs. */
export function countLabels(labels: ArrayLike<number>, classes: number): Float64Array {
  const counts = new Float64Array(classes);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new UsageError(
        `label modes: label ${label} of sample ${i} is none of the classes 0 to ${classes - 1}`,
      );
    }
    counts[label]!++;
  }
  return counts;
}

/**
 * Modes found and reverse KL by the protocol of VEEGAN and PacGAN (Srivastava et al. 2017, arXiv:1705.07761, section 4; Lin et al.
 * 2018, arXiv:1712.04086, section 4): a classifier names each sample's class; a mode is found when one sample is of its
 * class; KL is the sum over classes of p log(p / q), with p the shares of the generated samples and q those of the real data. A
 * class that real data lack makes it infinite; classes the generator lacks cost nothing by themselves.
 *
 * @param generated labels of the samples, in [0, K)
 * @param real how often each of the K classes occurs in real data, in any unit
 * @throws UsageError without samples or real data, or for a label out of range
 */
export function labelModes(generated: ArrayLike<number>, real: ArrayLike<number>): LabelModes {
  const samples = generated.length;
  const total = totalOf(real);
  if (samples === 0 || !(total > 0)) {
    throw new UsageError(
      `label modes: expected samples and real data, got ${samples} samples and ${total} real`,
    );
  }
  return { ...histogramModes(countLabels(generated, real.length), real), samples };
}

/**
 * Classes that occur, and KL(generated || real) between the shares of two histograms over the same K classes, in nats: 0 at best, log K
 * when all is one of K equally likely classes, NaN when nothing was generated. PacGAN's direction: log K - H for equally likely ones.
 */
export function histogramModes(
  generated: ArrayLike<number>,
  real: ArrayLike<number>,
): { modes: number; reverseKl: number } {
  const [samples, total] = [totalOf(generated), totalOf(real)];
  let [modes, reverseKl] = [0, 0];
  for (let k = 0; k < generated.length; k++) {
    const share = generated[k]! / samples;
    if (generated[k] === 0) continue;
    modes++;
    reverseKl += share * Math.log(share / (real[k]! / total));
  }
  return { modes, reverseKl: samples === 0 ? Number.NaN : Math.max(0, reverseKl) };
}

function totalOf(counts: ArrayLike<number>): number {
  let total = 0;
  for (let k = 0; k < counts.length; k++) total += counts[k]!;
  return total;
}

/**
 * What reverse KL a perfect sampler is given on average, since its own shares scatter: (K - 1) / 2n to first order in 1 / n,
 * the mean of a chi-squared variable over 2n.
 */
export const reverseKlFloor = (classes: number, samples: number): number => (classes - 1) / (2 * samples);
