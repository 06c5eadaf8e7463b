import { checkPair, type Distribution, sumOver } from './distribution.ts';

// Divergences between distributions over the same outcomes, or between densities through `discretize`. All in nats.

/**
 * Kullback-Leibler divergence KL(p || q) = sum p log(p / q), in [0, inf]. Terms with p = 0 count nothing; one outcome
 * with p > 0 and q = 0 makes it infinite: q says that what happens cannot happen. (Kullback and Leibler 1951; Cover
 * and Thomas, Elements of Information Theory, section 2.3.)
 */
export function klDivergence(p: Distribution, q: Distribution): number {
  checkPair('klDivergence', p, q);
  return klSum(p, q);
}

/**
 * KL(q || p) for data p and generator q: the divergence that forgives a generator that leaves modes out, and is
 * infinite when it makes what the data has not.
 */
export function reverseKlDivergence(p: Distribution, q: Distribution): number {
  checkPair('reverseKlDivergence', p, q);
  return klSum(q, p);
}

/**
 * Jensen-Shannon divergence (KL(p || m) + KL(q || m)) / 2 with m = (p + q) / 2: symmetric, in [0, log 2], and log 2
 * as soon as p and q have no outcome in common (Lin 1991; Goodfellow et al. 2014, arXiv:1406.2661, section 4.1).
 */
export function jensenShannonDivergence(p: Distribution, q: Distribution): number {
  checkPair('jensenShannonDivergence', p, q);
  // log(2 a / (a + b)) is log(a / m); m itself can underflow to 0 where a does not.
  const term = (a: number, b: number) => (a === 0 ? 0 : a * Math.log((2 * a) / (a + b)));
  return Math.max(0, sumOver(p, q, (a, b) => term(a, b) + term(b, a)) / 2);
}

/**
 * Total variation distance sum |p - q| / 2 = max over events A of |p(A) - q(A)|, in [0, 1] (Arjovsky et al. 2017,
 * arXiv:1701.07875, section 2, has the maximum).
 */
export function totalVariation(p: Distribution, q: Distribution): number {
  checkPair('totalVariation', p, q);
  return sumOver(p, q, (a, b) => Math.abs(a - b)) / 2;
}

/**
 * Pearson chi-square divergence chi^2(p || q) = sum (p - q)^2 / q, in [0, inf]; infinite where q = 0 < p (the
 * f-divergence of (u - 1)^2: Nowozin et al. 2016, arXiv:1606.00709, table 1).
 */
export function pearsonDivergence(p: Distribution, q: Distribution): number {
  checkPair('pearsonDivergence', p, q);
  return sumOver(p, q, (a, b) => (a === b ? 0 : (a - b) * ((a - b) / b)));
}

/** Squared Hellinger distance sum (sqrt p - sqrt q)^2, in [0, 2] (Nowozin et al. 2016, arXiv:1606.00709, table 1). */
export function squaredHellinger(p: Distribution, q: Distribution): number {
  checkPair('squaredHellinger', p, q);
  return sumOver(p, q, (a, b) => (Math.sqrt(a) - Math.sqrt(b)) ** 2);
}

/** Rounding can leave a sum of about -1e-17 where p and q agree; a divergence is never negative. */
function klSum(p: Distribution, q: Distribution): number {
  return Math.max(
    0,
    sumOver(p, q, (a, b) => (a === 0 ? 0 : a * logRatio(a, b))),
  );
}

/** log(a / b), also where the ratio of a tiny b is out of range. */
function logRatio(a: number, b: number): number {
  const ratio = a / b;
  return ratio < Infinity ? Math.log(ratio) : Math.log(a) - Math.log(b);
}
