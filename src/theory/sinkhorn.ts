import { UsageError } from '../base/errors.ts';
import { checkDistribution, type Distribution } from './distribution.ts';
import { type CostMatrix, checkCost, distances } from './transport.ts';

export interface SinkhornOptions {
  /** Strength of the entropy, in the unit of the cost; > 0. Small is sharp and slow; below 1e-12 of the largest cost rounding drowns it. */
  readonly epsilon: number;
  /** Iterations stop when the rows of the plan are within this of p in total variation (L1); default 1e-9. */
  readonly tolerance?: number;
  /** Default 10,000. */
  readonly maxIterations?: number;
}

export interface EntropicTransport {
  /** OT_eps = sum cost * plan + eps KL(plan || p x q): at least the exact cost, by at most eps times an entropy. */
  readonly value: number;
  /** sum cost * plan alone. */
  readonly cost: number;
  /** [n][m]; its columns sum to q, its rows to p up to `marginalError`. */
  readonly plan: number[][];
  /** Potentials f [n] and g [m]: plan_ij = p_i q_j exp((f_i + g_j - cost_ij) / eps). */
  readonly sourcePotential: number[];
  readonly targetPotential: number[];
  /** sum over i of |row sum i - p_i|: what the iterations left. */
  readonly marginalError: number;
  readonly iterations: number;
  /** Whether the marginal error came below the tolerance. */
  readonly converged: boolean;
}

/** Over the largest cost: what is left of potentials of that size, rounded, is no finer. */
const SHARPEST = 1e-12;

/**
 * Entropic optimal transport, min over plans of sum cost * plan + eps KL(plan || p x q), by Sinkhorn's iterations on
 * the potentials in the log domain, so no eps underflows (Cuturi 2013, arXiv:1306.0895; Peyré and Cuturi 2019,
 * arXiv:1803.00567, section 4.4). KL is in nats.
 *
 * @param cost finite numbers, [n][m]. @param p [n]. @param q [m].
 */
export function sinkhorn(
  cost: CostMatrix,
  p: Distribution,
  q: Distribution,
  { epsilon, tolerance = 1e-9, maxIterations = 10_000 }: SinkhornOptions,
): EntropicTransport {
  checkCost('sinkhorn', cost, p.length, q.length);
  checkDistribution('sinkhorn', 'p', p);
  checkDistribution('sinkhorn', 'q', q);
  if (!(epsilon > 0 && epsilon < Infinity)) {
    throw new UsageError(
      `sinkhorn: expected a positive epsilon, got ${epsilon}; without entropy use transport()`,
    );
  }
  const largest = cost.reduce((most, row) => row.reduce((m, c) => Math.max(m, Math.abs(c)), most), 0);
  if (epsilon < SHARPEST * largest) {
    throw new UsageError(
      `sinkhorn: epsilon ${epsilon} drowns in the rounding of costs of up to ${largest}; expected at least ${SHARPEST * largest}, or use transport()`,
    );
  }
  if (!(tolerance >= 0) || !Number.isInteger(maxIterations) || maxIterations < 1) {
    throw new UsageError(
      `sinkhorn: expected a tolerance of at least 0 and a whole number of iterations from 1, got ${tolerance} and ${maxIterations}`,
    );
  }
  const logP = Array.from(p, Math.log);
  const logQ = Array.from(q, Math.log);
  const columns = logQ.map((_, j) => cost.map((row) => row[j]!));
  let f = logP.map(() => 0);
  let g = bestReply(columns, f, logP, epsilon);
  let iterations = 0;
  let marginalError = Infinity;
  while (iterations < maxIterations) {
    // The reply to g would make the rows exact: a row sum is p_i exp((f_i - reply_i) / eps).
    const reply = bestReply(cost, g, logQ, epsilon);
    marginalError = reply.reduce(
      (sum, value, i) => sum + p[i]! * Math.abs(Math.expm1((f[i]! - value) / epsilon)),
      0,
    );
    if (marginalError <= tolerance) break;
    f = reply;
    g = bestReply(columns, f, logP, epsilon);
    iterations++;
  }
  const plan = cost.map((row, i) =>
    row.map((c, j) => p[i]! * q[j]! * Math.exp((f[i]! + g[j]! - c) / epsilon)),
  );
  const moved = plan.reduce((sum, row, i) => sum + row.reduce((s, mass, j) => s + mass * cost[i]![j]!, 0), 0);
  return {
    // The dual value; its last term, eps (1 - sum plan), is zero as the columns are exact.
    value: weightedSum(p, f) + weightedSum(q, g),
    cost: moved,
    plan,
    sourcePotential: f,
    targetPotential: g,
    marginalError,
    iterations,
    converged: marginalError <= tolerance,
  };
}

/**
 * The debiased Sinkhorn divergence OT_eps(p, q) - OT_eps(p, p) / 2 - OT_eps(q, q) / 2 between two sets of points: at
 * least 0, and 0 only for equal distributions when the cost is a distance or its square (Feydy et al. 2019,
 * arXiv:1810.08278, theorem 1; Genevay et al. 2018, arXiv:1706.00292). It lies between W_r^r (eps to
 * 0) and an energy distance (eps to infinity).
 *
 * @param x [n][d]. @param y [m][d]. @param power r of the cost |x - y|^r.
 */
export function sinkhornDivergence(
  x: readonly (readonly number[])[],
  y: readonly (readonly number[])[],
  { power = 2, ...options }: SinkhornOptions & { readonly power?: number },
): { value: number; marginalError: number; converged: boolean } {
  const uniform = (points: readonly unknown[]) => points.map(() => 1 / points.length);
  const between = (a: typeof x, b: typeof x) =>
    sinkhorn(distances(a, b, power), uniform(a), uniform(b), options);
  const runs = [between(x, y), between(x, x), between(y, y)] as const;
  return {
    value: runs[0].value - (runs[1].value + runs[2].value) / 2,
    marginalError: Math.max(...runs.map((run) => run.marginalError)),
    converged: runs.every((run) => run.converged),
  };
}

/** The potential that makes one marginal exact: f_i = -eps log sum_j q_j exp((g_j - c_ij) / eps), for each row. */
function bestReply(
  rows: CostMatrix,
  potential: readonly number[],
  logWeights: readonly number[],
  epsilon: number,
) {
  return rows.map((row) => {
    const exponents = row.map((c, j) => logWeights[j]! + (potential[j]! - c) / epsilon);
    const largest = exponents.reduce((most, x) => Math.max(most, x));
    return -epsilon * (largest + Math.log(exponents.reduce((sum, x) => sum + Math.exp(x - largest), 0)));
  });
}

const weightedSum = (weights: ArrayLike<number>, values: readonly number[]): number =>
  values.reduce((sum, value, i) => sum + weights[i]! * value, 0);
