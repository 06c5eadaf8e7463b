import { GansmithError, ShapeError, UsageError } from '../base/errors.ts';
import { checkDistribution, type Distribution } from './distribution.ts';

/** The cost of moving one unit from source i to target j, row by row, [n][m]. */
export type CostMatrix = readonly (readonly number[])[];

/** An optimal plan with the prices that prove it optimal. */
export interface Transport {
  /** sum of cost times plan. */
  readonly cost: number;
  /** How much goes from i to j, [n][m]: rows sum to p, columns to q. */
  readonly plan: number[][];
  /**
   * Prices f and g with f_i + g_j <= cost_ij everywhere and equality where the plan moves anything: E_p[f] + E_q[g] =
   * cost.
   */
  readonly sourcePrices: number[];
  readonly targetPrices: number[];
}

/**
 * Euclidean distances between the points of two sets, to a power: the cost whose optimum is W_r^r for power r.
 *
 * @param x [n][d]. @param y [m][d].
 */
export function distances(
  x: readonly (readonly number[])[],
  y: readonly (readonly number[])[],
  power = 1,
): number[][] {
  const dimension = (x[0] ?? y[0])?.length;
  if (dimension === undefined && x.length + y.length > 0) {
    throw new ShapeError('distances: a point is no list of coordinates; write a point of the line as [1.5]');
  }
  for (const [name, points] of [
    ['x', x],
    ['y', y],
  ] as const) {
    const wrong = points.findIndex((point) => point.length !== dimension);
    if (wrong >= 0) {
      throw new ShapeError(
        `distances: ${name}[${wrong}] has ${points[wrong]!.length} coordinates, the first point has ${dimension}; all points need the same number`,
      );
    }
  }
  return x.map((a) => y.map((b) => Math.hypot(...a.map((value, k) => value - b[k]!)) ** power));
}

/**
 * Exact optimal transport: min over plans of sum cost * plan with marginals p and q, by successive shortest paths
 * with prices (Peyré and Cuturi 2019, arXiv:1803.00567, section 3; Ahuja, Magnanti and Orlin, Network Flows, section
 * 9.7). Each source in turn sends its mass along the cheapest path to a target with room, which may reroute what
 * others have sent. Meant for up to a few hundred points.
 *
 * @param cost finite numbers, [n][m]. @param p [n]. @param q [m].
 */
export function transport(cost: CostMatrix, p: Distribution, q: Distribution): Transport {
  checkCost('transport', cost, p.length, q.length);
  checkDistribution('transport', 'p', p);
  checkDistribution('transport', 'q', q);
  return cheapestFlow(cost, p, q);
}

/** A cheapest one-to-one pairing. */
export interface Assignment {
  /** sum over i of cost[i][targets[i]]. */
  readonly cost: number;
  /** The target of each source, [n], a permutation. */
  readonly targets: number[];
  /** The prices of the proof, as of `Transport`; their sums add to the cost. */
  readonly sourcePrices: number[];
  readonly targetPrices: number[];
}

/**
 * The cheapest pairing of n sources with n targets (the assignment problem; Kuhn 1955; with unit masses the shortest
 * paths of `transport` are those of Jonker and Volgenant 1987). Divide the cost by n for the transport cost between
 * two samples of n points. O(n^3).
 *
 * @param cost finite numbers, [n][n].
 */
export function assignment(cost: CostMatrix): Assignment {
  const units = cost.map(() => 1);
  checkCost('assignment', cost, units.length, units.length);
  const { plan, ...rest } = cheapestFlow(cost, units, units);
  return { ...rest, targets: plan.map((row) => row.indexOf(1)) };
}

/**
 * A flow under construction; prices keep every reduced cost c_ij - f_i - g_j at least 0, and at 0 where something
 * flows.
 */
interface Flow {
  cost: readonly Float64Array[];
  plan: number[][];
  /** The sources that send something to each target. */
  senders: Set<number>[];
  sourcePrices: Float64Array;
  targetPrices: Float64Array;
}

function cheapestFlow(cost: CostMatrix, p: ArrayLike<number>, q: ArrayLike<number>): Transport {
  const room = Array.from(q);
  const flow: Flow = {
    cost: cost.map((row) => Float64Array.from(row)),
    plan: cost.map((row) => row.map(() => 0)),
    senders: room.map(() => new Set()),
    sourcePrices: Float64Array.from(cost, (row) => row.reduce((least, c) => Math.min(least, c))),
    targetPrices: new Float64Array(room.length),
  };
  // Each path empties a source, fills a target or ends a flow. Costs with ties could in theory make it long-winded.
  let pathsLeft = 1000 * (cost.length + room.length) + cost.length * room.length;
  for (let source = 0; source < cost.length; source++) {
    let left = p[source]!;
    while (left > 0) {
      const path = cheapestPath(flow, source, room);
      if (!path) break; // every target is full: what is left is rounding of the two sums
      left -= send(flow, path, left, room);
      if (pathsLeft-- === 0)
        throw new GansmithError('transport: no end in sight; perturb the costs a little');
    }
  }
  const total = flow.plan.reduce(
    (sum, row, i) => sum + row.reduce((s, mass, j) => s + mass * cost[i]![j]!, 0),
    0,
  );
  return {
    cost: total,
    plan: flow.plan,
    sourcePrices: [...flow.sourcePrices],
    targetPrices: [...flow.targetPrices],
  };
}

/** Alternately a source and the target it sends to: source, target, source, ..., target with room. */
type Path = readonly number[];

/** Dijkstra over reduced costs, from one source to the nearest target with room; updates the prices on the way. */
function cheapestPath(flow: Flow, start: number, room: readonly number[]): Path | undefined {
  const { cost, senders, sourcePrices, targetPrices } = flow;
  const sourceDistance = new Float64Array(sourcePrices.length).fill(Infinity);
  const cameFromTarget = new Int32Array(sourcePrices.length).fill(-1);
  const targetDistance = new Float64Array(targetPrices.length).fill(Infinity);
  const cameFromSource = new Int32Array(targetPrices.length).fill(-1);
  const done = new Uint8Array(targetPrices.length);

  const relax = (source: number) => {
    const row = cost[source]!;
    const reached = sourceDistance[source]!;
    const base = reached - sourcePrices[source]!;
    for (let j = 0; j < done.length; j++) {
      if (done[j]) continue;
      // Rounding can leave a reduced cost of -1e-17: distances must not fall along a path.
      const distance = Math.max(reached, base + row[j]! - targetPrices[j]!);
      if (distance < targetDistance[j]!) {
        targetDistance[j] = distance;
        cameFromSource[j] = source;
      }
    }
  };

  sourceDistance[start] = 0;
  relax(start);
  for (;;) {
    const target = nearest(targetDistance, done);
    if (target < 0) return undefined;
    done[target] = 1;
    const distance = targetDistance[target]!;
    if (room[target]! > 0) {
      sourceDistance.forEach((d, i) => {
        if (d < Infinity) sourcePrices[i]! += distance - d;
      });
      targetDistance.forEach((d, j) => {
        if (done[j]) targetPrices[j]! -= distance - d;
      });
      return traced(target, cameFromSource, cameFromTarget);
    }
    // What others send to this full target can be sent elsewhere: going back along a flow costs nothing more.
    for (const sender of senders[target]!) {
      if (sourceDistance[sender]! < Infinity) continue;
      sourceDistance[sender] = distance;
      cameFromTarget[sender] = target;
      relax(sender);
    }
  }
}

function nearest(values: Float64Array, done: Uint8Array): number {
  let best = -1;
  let least = Infinity;
  for (let j = 0; j < values.length; j++) {
    if (done[j] || values[j]! >= least) continue;
    best = j;
    least = values[j]!;
  }
  return best;
}

function traced(end: number, cameFromSource: Int32Array, cameFromTarget: Int32Array): Path {
  const path: number[] = [];
  for (let target = end; target >= 0; target = cameFromTarget[path[0]!]!) {
    path.unshift(cameFromSource[target]!, target);
  }
  return path;
}

/** Sends as much as fits along a path, and says how much that was. */
function send({ plan, senders }: Flow, path: Path, atMost: number, room: number[]): number {
  const end = path.at(-1)!;
  let amount = Math.min(atMost, room[end]!);
  for (let k = 1; k + 1 < path.length; k += 2) amount = Math.min(amount, plan[path[k + 1]!]![path[k]!]!);
  const move = (source: number, target: number, change: number) => {
    plan[source]![target]! += change;
    if (plan[source]![target]! > 0) senders[target]!.add(source);
    else senders[target]!.delete(source);
  };
  for (let k = 0; k < path.length; k += 2) move(path[k]!, path[k + 1]!, amount);
  for (let k = 1; k + 1 < path.length; k += 2) move(path[k + 1]!, path[k]!, -amount);
  room[end]! -= amount;
  return amount;
}

/** @throws when the cost is not an [n][m] matrix of finite numbers. */
export function checkCost(where: string, cost: CostMatrix, sources: number, targets: number): void {
  if (sources === 0 || targets === 0)
    throw new UsageError(`${where}: there are no points; give at least one`);
  if (cost.length !== sources || cost.some((row) => row.length !== targets)) {
    throw new ShapeError(
      `${where}: the cost has ${cost.length} rows of ${cost
        .map((row) => row.length)
        .slice(0, 4)
        .join(', ')} numbers; expected ${sources} rows of ${targets}`,
    );
  }
  for (const [i, row] of cost.entries()) {
    const j = row.findIndex((value) => !Number.isFinite(value));
    if (j >= 0) throw new UsageError(`${where}: cost[${i}][${j}] is ${row[j]}; expected a finite number`);
  }
}
