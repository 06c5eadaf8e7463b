import { GansmithError } from '../base/errors.ts';
import { randomStream } from '../base/random.ts';
import type { FeatureExtractor } from '../features/extractor.ts';
import { type Features, perceptualPathLength, takeRows } from '../metrics/index.ts';
import { standardDeviation } from '../metrics/statistics.ts';
import { around, GROUPS } from './intervals.ts';
import type { Measured, Metric, MetricContext } from './metric.ts';
import type { ImagesAt } from './paths.ts';

/** The step along a path, and the most paths. */
const EPSILON = 1e-4;
const PATHS = 2000;
/** Paths followed at a time. */
const CHUNK = 256;

const protocolIn = (space: string): string =>
  `up to ${PATHS} paths in ${space}, epsilon ${EPSILON}; interval by the scatter of ${GROUPS} groups`;

/**
 * Path length in z, and of a generator with styles in w too (Karras et al. 2019, arXiv:1812.04948, section 4.1), in the features' space:
 * it is LPIPS and so the published number for no extractor here.
 */
export const ppl: Metric = {
  name: 'ppl',
  title: 'path length in z, and in w where there are styles, in feature space',
  needs: ['generator'],
  least: 10 * GROUPS,
  protocol: protocolIn('z'),
  async compute(context) {
    const paths = Math.min(PATHS, context.generated.indices.length);
    const stream = randomStream(context.seed, 'path length');
    const anywhere = stream.fillUniform(new Float64Array(paths), 0, 1 - EPSILON);
    const start = new Float64Array(paths);
    const { generator } = context;
    if (!generator) throw new GansmithError('ppl: needs a generator');
    const { inLatents, inStyles } = generator;
    const measured = [
      await measure(context, 'ppl-full', inLatents, anywhere),
      await measure(context, 'ppl-end', inLatents, start),
    ];
    if (!inStyles) return measured;
    const styled = [
      await measure(context, 'ppl-w-full', inStyles, anywhere),
      await measure(context, 'ppl-w-end', inStyles, start),
    ];
    return [...measured, ...styled.map((one) => ({ ...one, protocol: protocolIn('w, not truncated') }))];
  },
};

async function measure(
  { extractor, hooks }: MetricContext,
  metric: string,
  imagesAt: ImagesAt,
  t: Float64Array,
): Promise<Measured> {
  if (!extractor) throw new GansmithError(`${metric}: needs features`);
  const [atT, atNext] = [empty(extractor, t.length), empty(extractor, t.length)];
  for (let start = 0; start < t.length; start += CHUNK) {
    const here = t.subarray(start, start + CHUNK);
    const next = here.map((at) => at + EPSILON);
    for (const [to, at] of [
      [atT, here],
      [atNext, next],
    ] as const) {
      const { features } = await extractor.features(await imagesAt(start, at));
      to.data.set(features, start * extractor.width);
    }
    hooks.onProgress?.(start + here.length, t.length, metric);
    await hooks.breathe?.();
  }
  const value = perceptualPathLength(atT, atNext, { epsilon: EPSILON });
  const groups = Array.from({ length: GROUPS }, (_, group) => {
    const from = Math.floor((group * t.length) / GROUPS);
    const to = Math.floor(((group + 1) * t.length) / GROUPS);
    const rows = Uint32Array.from({ length: to - from }, (_, i) => from + i);
    return perceptualPathLength(takeRows(atT, rows), takeRows(atNext, rows), { epsilon: EPSILON });
  });
  const error = standardDeviation(groups) / Math.sqrt(GROUPS);
  return { metric, value, interval: around(value, error, GROUPS - 1), better: 'lower' };
}

const empty = ({ width }: FeatureExtractor, count: number): Features => ({
  data: new Float32Array(count * width),
  count,
  width,
});
