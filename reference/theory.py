"""Divergences, transport costs, Frechet distances and spectra by SciPy and NumPy: the fixture `theory`."""

import numpy
from scipy import linalg, optimize, spatial, stats

from fixture import save

SEED = 7
EPSILON = 0.05  # entropic regularisation, in the unit of the squared distances below
BILINEAR = [
    ['simultaneous', 0.1, 0.0],
    ['simultaneous', 0.3, -0.5],
    ['alternating', 0.5, 0.0],
    ['alternating', 2.5, 0.0],
    ['alternating', 0.5, -0.5],
    ['alternating', 0.5, 0.3],
    ['extragradient', 0.7, 0.0],
    ['optimistic', 0.3, 0.0],
    ['optimistic', 0.7, 0.0],
]


def make():
    random = numpy.random.default_rng(SEED)
    tensors = {}
    divergences(tensors, random)
    line(tensors, random)
    plane(tensors, random)
    frechet(tensors, random)
    tensors['bilinear/radius'] = [spectral_radius(*case) for case in BILINEAR]
    save('theory', tensors, {'epsilon': EPSILON, 'bilinear': BILINEAR})


def divergences(tensors: dict, random):
    p, q = random.dirichlet(numpy.ones(7), size=2)
    tensors |= {
        'divergence/p': p,
        'divergence/q': q,
        'divergence/kl': [stats.entropy(p, q)],
        'divergence/jensenShannon': [spatial.distance.jensenshannon(p, q) ** 2],
        'divergence/totalVariation': [spatial.distance.cityblock(p, q) / 2],
        'divergence/pearson': [stats.chisquare(p, q, sum_check=False).statistic],
    }


def line(tensors: dict, random):
    x, y = random.normal(size=9), random.normal(1, 2, size=6)
    a, b = random.dirichlet(numpy.ones(9)), random.dirichlet(numpy.ones(6))
    cost = numpy.abs(x[:, None] - y[None, :])
    tensors |= {
        'line/x': x,
        'line/y': y,
        'line/a': a,
        'line/b': b,
        'line/uniform': [stats.wasserstein_distance(x, y)],
        'line/weighted': [stats.wasserstein_distance(x, y, a, b)],
        'line/weightedSquared': [linear_program(cost**2, a, b)],
    }


def plane(tensors: dict, random):
    x, y = random.normal(size=(12, 2)), random.normal(1, 1.5, size=(12, 2))
    cost = spatial.distance.cdist(x, y)
    rows, columns = optimize.linear_sum_assignment(cost)
    a, b = random.dirichlet(numpy.ones(6)), random.dirichlet(numpy.ones(9))
    squared = spatial.distance.cdist(x[:6], y[:9]) ** 2
    tensors |= {
        'plane/x': x,
        'plane/y': y,
        'plane/a': a,
        'plane/b': b,
        'plane/assignment': columns,
        'plane/assignmentCost': [cost[rows, columns].sum()],
        'plane/transport': [linear_program(squared, a, b)],
        'plane/entropic': [entropic(squared, a, b)],
    }


def linear_program(cost, a, b) -> float:
    """The cost of optimal transport as a linear program over all plans."""
    n, m = cost.shape
    equal = numpy.vstack([numpy.kron(numpy.eye(n), numpy.ones(m)), numpy.kron(numpy.ones(n), numpy.eye(m))])
    solved = optimize.linprog(cost.ravel(), A_eq=equal[:-1], b_eq=numpy.concatenate([a, b])[:-1], method='highs')
    assert solved.success
    return solved.fun


def entropic(cost, a, b) -> float:
    """max over g of the semi-dual of entropic transport, by BFGS instead of Sinkhorn's iterations."""

    def negative(g):
        exponents = numpy.log(b)[None, :] + (g[None, :] - cost) / EPSILON
        largest = exponents.max(axis=1, keepdims=True)
        shares = numpy.exp(exponents - largest)
        totals = shares.sum(axis=1, keepdims=True)
        f = -EPSILON * (largest + numpy.log(totals)).ravel()
        return -(a @ f + b @ g), -(b - a @ (shares / totals))

    solved = optimize.minimize(negative, numpy.zeros(len(b)), jac=True, method='BFGS', options={'gtol': 1e-11})
    assert numpy.abs(solved.jac).max() < 1e-8, solved
    return -solved.fun


def frechet(tensors: dict, random):
    means, factors = random.normal(size=(2, 2)), random.normal(size=(2, 2, 2))
    first, second = (factor @ factor.T for factor in factors)
    root = linalg.sqrtm(first @ second).real
    gap = means[0] - means[1]
    tensors |= {
        'frechet/means': means,
        'frechet/covariances': [first, second],
        'frechet/distance': [gap @ gap + numpy.trace(first + second - 2 * root)],
    }


def spectral_radius(method: str, rate: float, momentum: float) -> float:
    """Of the update as a matrix on (z, previous z), built from the field F(x, y) = (y, -x) of the game x y."""
    field, identity = numpy.array([[0.0, 1.0], [-1.0, 0.0]]), numpy.eye(2)
    now, before = (1 + momentum) * identity - rate * field, -momentum * identity
    if method == 'extragradient':
        now = identity - rate * field @ (identity - rate * field)
    if method == 'optimistic':
        now, before = identity - 2 * rate * field, rate * field
    if method == 'alternating':
        # y steps after x: y' = rate x' + (1 + momentum) y - momentum y_before.
        shear = numpy.array([[1.0, 0.0], [rate, 1.0]])
        own = numpy.array([[1 + momentum, -rate], [0.0, 1 + momentum]])
        now, before = shear @ own, shear @ before
    matrix = numpy.block([[now, before], [identity, numpy.zeros((2, 2))]])
    return numpy.abs(numpy.linalg.eigvals(matrix)).max()
