import type { InceptionExtractor } from '../features/inception.ts';
import type { MetricContext } from './metric.ts';

/** Samples of published values (Heusel et al. 2017, arXiv:1706.08500). */
const STANDARD_SAMPLES = 50_000;

/** Why a Frechet distance of these sets and features may not be called FID; undefined when it may. */
export function refusalOfFid({ extractor, generated, real }: MetricContext): string | undefined {
  const protocol = (extractor as InceptionExtractor | undefined)?.protocol;
  if (protocol !== 'FID') {
    return `'${extractor?.name}' is not the network of FID with its published weights; give --features inception-fid with that file, or ask for fd`;
  }
  if (generated.indices.length < STANDARD_SAMPLES) {
    return `FID is said of ${STANDARD_SAMPLES} samples, and these are ${generated.indices.length}; give --samples ${STANDARD_SAMPLES}, or ask for fd`;
  }
  if (real.indices.length < real.data.count) {
    return `FID is said of all real images, and ${real.indices.length} of ${real.data.count} fit; ask for fd`;
  }
  if (/:test$/.test(real.data.name)) {
    return `FID is taken against the training data, and ${real.data.name} is a test part; ask for fd`;
  }
  return undefined;
}
