import { nearest, UsageError } from '../base/errors.ts';
import { is, modes } from './classes.ts';
import { cas } from './classificationAccuracy.ts';
import { fd, fdDiagonal, fdInfinity, fid, intraFd, kd, mmd } from './distances.ts';
import { dc, memorisation, ndb, pr } from './manifolds.ts';
import type { Metric } from './metric.ts';
import { ppl } from './pathLength.ts';
import { msSsim, parzen, swd } from './pictures.ts';

/** Every metric `gansmith eval` knows. */
export const metrics: readonly Metric[] = [
  ...[fd, fid, fdDiagonal, fdInfinity, intraFd, kd, mmd],
  ...[is, modes, cas, pr, dc, memorisation, ndb],
  ...[swd, msSsim, parzen, ppl],
];

/**
 * The metrics a user names, as in `fd,kd,pr`.
 * @throws UsageError for an unknown or repeated name.
 */
export function metricsNamed(names: string): Metric[] {
  const found = names.split(',').map((word) => {
    const name = word.trim();
    const metric = metrics.find((candidate) => candidate.name === name);
    if (metric) return metric;
    const known = metrics.map((candidate) => candidate.name);
    const guess = nearest(name, known);
    throw new UsageError(
      `--metrics: there is no metric '${name}'${guess ? `; did you mean '${guess}'?` : ''} There are ${known.join(', ')}`,
    );
  });
  const twice = found.find((metric, i) => found.indexOf(metric) !== i);
  if (twice) throw new UsageError(`--metrics: '${twice.name}' is given twice; give it once`);
  return found;
}
