"""Metrics of generative models by NumPy, SciPy, scikit-learn, scikit-image and torchmetrics: the fixture `metrics`."""

import numpy
import torch
from scipy import linalg, ndimage, spatial, special, stats
from sklearn import cluster, datasets, metrics, neighbors
from skimage.measure import block_reduce
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from torchmetrics.image.fid import _compute_fid
from torchmetrics.image.kid import poly_mmd

from fixture import save
from hashing import hashes, values

# Name: how each set is drawn, [count, width] of the real and the generated side.
SETS = {
    'gaussian': {'draw': 'gaussian', 'real': [300, 12], 'generated': [280, 12], 'gain': 1.25, 'shift': 0.25},
    'deficient': {'draw': 'gaussian', 'real': [40, 96], 'generated': [30, 96], 'gain': 0.75, 'shift': 0.125},
    'heavy': {'draw': 'heavy', 'real': [250, 20], 'generated': [250, 20], 'gain': 1.5, 'shift': 0.5},
    'digits': {'draw': 'stored', 'real': [120, 64], 'generated': [120, 64]},
}
IMAGES = {'colour': [5, 3, 64, 64], 'grey': [8, 1, 28, 28], 'large': [2, 1, 176, 180]}
BETAS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]


def make():
    tensors = {}
    digits = datasets.load_digits()
    noise = numpy.round(values('digits/noise', [120, 64], 6.0).numpy())
    tensors['digits/real'] = digits.data[:120]
    tensors['digits/generated'] = numpy.clip(digits.data[300:420] + noise, 0, 16)
    tensors['digits/realLabels'] = digits.target[:120]
    tensors['digits/generatedLabels'] = digits.target[300:420]
    for name, entry in SETS.items():
        if entry['draw'] == 'stored':
            x, y = tensors[f'{name}/real'], tensors[f'{name}/generated']
        else:
            x = draw(entry['draw'], f'{name}/real', entry['real'])
            y = draw(entry['draw'], f'{name}/generated', entry['generated']) * entry['gain'] + entry['shift']
        found = frechet(x, y) | kernels(x, y) | neighbourhoods(x, y) | densities(x, y) | bins(x, y) | paths(x, y)
        found |= classes(tensors, name, x, y)
        tensors |= {f'{name}/{key}': value for key, value in found.items()}
    tensors |= scores()
    for name, shape in IMAGES.items():
        found = images(*image_pair(name, shape))
        tensors |= {f'{name}/{key}': value for key, value in found.items()}
    save('metrics', tensors, {'sets': SETS, 'images': IMAGES})


def draw(kind: str, name: str, shape) -> numpy.ndarray:
    """Correlated sums of four uniform numbers, or u / (1 + 2^-10 - u^2) with its heavy tails; exact in any language."""
    if kind == 'heavy':
        u = values(name, shape, 2.0).numpy()
        return u / (1.0009765625 - u * u)
    parts = [values(f'{name}/{i}', shape, 1.0).numpy() for i in range(4)]
    x = parts[0] + parts[1] + parts[2] + parts[3]
    return (x + 0.5 * numpy.roll(x, -1, axis=1)) * (1 + 0.25 * numpy.arange(shape[1]))


def image_pair(name: str, shape):
    """Noise on slopes, in [-1, 1]; the second is the first with more noise."""
    count, channels, height, width = shape
    slope = numpy.arange(height)[:, None] / height - numpy.arange(width)[None, :] / width
    x = values(f'{name}/a', shape, 1.0).numpy() + slope * 0.5
    return x, 0.75 * x + values(f'{name}/b', shape, 0.5).numpy()


def frechet(x, y) -> dict:
    """By singular values of the centred samples' products, and where both covariances have full rank by scipy's root too."""
    (m, s), (n, t) = [(z.mean(axis=0), numpy.cov(z, rowvar=False)) for z in (x, y)]
    a, b = [(z - z.mean(axis=0)) / numpy.sqrt(len(z) - 1) for z in (x, y)]
    root = linalg.svdvals(a @ b.T).sum()
    distance = ((m - n) ** 2).sum() + (a**2).sum() + (b**2).sum() - 2 * root
    found = {
        'mean': m,
        'covarianceRow': s[3],
        'eigenvalues': numpy.linalg.eigvalsh(s),
        'frechet': [distance],
        'frechetDiagonal': [((m - n) ** 2).sum() + ((numpy.sqrt(s.diagonal()) - numpy.sqrt(t.diagonal())) ** 2).sum()],
    }
    if numpy.linalg.matrix_rank(s) == numpy.linalg.matrix_rank(t) == len(s):
        byRoot = ((m - n) ** 2).sum() + numpy.trace(s + t - 2 * linalg.sqrtm(s @ t).real)
        byTorchmetrics = _compute_fid(*[torch.from_numpy(z) for z in (m, s, n, t)]).item()
        assert numpy.allclose([byRoot, byTorchmetrics], distance, rtol=1e-10, atol=0)
        found |= {'frechetByRoot': [byRoot], 'frechetByTorchmetrics': [byTorchmetrics]}
    return found


def unbiased(kxx, kyy, kxy) -> float:
    m, n = len(kxx), len(kyy)
    within = (kxx.sum() - kxx.trace()) / (m * (m - 1)) + (kyy.sum() - kyy.trace()) / (n * (n - 1))
    return within - 2 * kxy.mean()


def kernels(x, y) -> dict:
    def polynomial(a, b):
        return metrics.pairwise.polynomial_kernel(a, b, degree=3, gamma=1 / a.shape[1], coef0=1)

    bandwidth = numpy.median(spatial.distance.pdist(numpy.vstack([x, y])))

    def gaussian(a, b):
        return metrics.pairwise.rbf_kernel(a, b, gamma=1 / (2 * bandwidth**2))

    found = {
        'kernelDistance': [unbiased(polynomial(x, x), polynomial(y, y), polynomial(x, y))],
        'bandwidth': [bandwidth],
        'discrepancy': [unbiased(gaussian(x, x), gaussian(y, y), gaussian(x, y))],
    }
    if len(x) == len(y):
        found['kernelDistanceByTorchmetrics'] = [poly_mmd(torch.from_numpy(x), torch.from_numpy(y)).item()]
    return found


def radii(x, k: int) -> numpy.ndarray:
    """Distance to the k-th nearest other sample."""
    return neighbors.NearestNeighbors(n_neighbors=k, algorithm='brute').fit(x).kneighbors()[0][:, -1]


def neighbourhoods(x, y) -> dict:
    """Precision, recall, density and coverage; the memorisation test with the first half of x as training set."""
    between = spatial.distance.cdist(y, x)
    inside = between < radii(x, 5)[None, :]
    half = len(x) // 2
    nearest = neighbors.NearestNeighbors(n_neighbors=1, algorithm='brute').fit(x[:half])
    own, held = nearest.kneighbors(y)[0][:, 0], nearest.kneighbors(x[half:])[0][:, 0]
    test = stats.mannwhitneyu(held, own, use_continuity=False, method='asymptotic')
    probability = test.statistic / (len(own) * len(held))
    return {
        'precision': [(between <= radii(x, 3)[None, :]).any(axis=1).mean()],
        'recall': [(between <= radii(y, 3)[:, None]).any(axis=0).mean()],
        'density': [inside.sum() / (5 * len(y))],
        'coverage': [inside.any(axis=0).mean()],
        'memorisation': [probability],
        'memorisationZ': [numpy.sign(probability - 0.5) * stats.norm.isf(test.pvalue / 2)],
    }


def densities(x, y) -> dict:
    """Parzen windows around y; the first half of x validates, the second tests."""
    half = len(x) // 2
    sigmas = numpy.array([0.5, 1.0, 2.0, 4.0, 8.0])
    fitted = [neighbors.KernelDensity(bandwidth=sigma, atol=0, rtol=0, leaf_size=len(y)).fit(y) for sigma in sigmas]
    chosen = int(numpy.argmax([model.score_samples(x[:half]).mean() for model in fitted]))
    logs = fitted[chosen].score_samples(x[half:])
    squared = spatial.distance.cdist(x[half:], y, 'sqeuclidean')
    formula = special.logsumexp(-squared / (2 * sigmas[chosen] ** 2), axis=1) - numpy.log(len(y))
    formula -= x.shape[1] / 2 * numpy.log(2 * numpy.pi * sigmas[chosen] ** 2)
    assert numpy.allclose(logs, formula, rtol=1e-9)
    return {'sigmas': sigmas, 'parzen': [logs.mean()], 'parzenError': [stats.sem(logs)], 'parzenSigma': [sigmas[chosen]]}


def bins(x, y) -> dict:
    """Lloyd's rounds from the first samples as centres; each bin's z squared is the chi-squared statistic of its 2 x 2 table."""
    count = 8
    model = cluster.KMeans(count, init=x[:count], n_init=1, algorithm='lloyd', tol=0, max_iter=100).fit(x)
    real = numpy.bincount(model.labels_, minlength=count)
    generated = numpy.bincount(model.predict(y), minlength=count)
    statistics = [
        stats.chi2_contingency([[a, len(x) - a], [b, len(y) - b]], correction=False).statistic if a + b else 0
        for a, b in zip(real, generated)
    ]
    return {
        'centres': model.cluster_centers_,
        'binsReal': real,
        'binsGenerated': generated,
        'binsSquaredZ': statistics,
        'binsDifferent': [(numpy.array(statistics) > stats.chi2.isf(0.05, 1)).sum()],
        'binsJensenShannon': [spatial.distance.jensenshannon(real, generated) ** 2],
    }


def paths(x, y) -> dict:
    """Path length between the first samples of both sets, taken as features at t and t + 0.01; an arc between two rows."""
    count = min(len(x), len(y))
    distances = ((x[:count] - y[:count]) ** 2).sum(axis=1) / 0.01**2
    low, high = numpy.percentile(distances, 1, method='lower'), numpy.percentile(distances, 99, method='higher')
    ends = [row / numpy.linalg.norm(row) for row in (x[0], y[1])]
    return {
        'pathLength': [distances[(distances >= low) & (distances <= high)].mean()],
        'slerp': spatial.geometric_slerp(*ends, 0.3),
    }


def scores() -> dict:
    """Inception Score of three classifiers, FID-infinity's line, the signal-to-noise ratio."""
    found = {}
    for name, scale in [('sure', 40.0), ('unsure', 6.0), ('blind', 0.5)]:
        p = special.softmax(values(f'logits/{name}', [101, 7], scale).numpy(), axis=1)
        bounds = [i * 101 // 10 for i in range(11)]
        parts = [p[a:b] for a, b in zip(bounds, bounds[1:])]
        split = [numpy.exp(stats.entropy(part, part.mean(axis=0)[None, :], axis=1).mean()) for part in parts]
        found |= {f'inception/{name}': [numpy.mean(split), numpy.std(split)]}
    sizes = numpy.array([500, 700, 1100, 2000, 5000])
    for name in ['a', 'b', 'c']:
        y = 3 + 40 / sizes + values(f'infinity/{name}', [5], 0.01).numpy()
        line = stats.linregress(1 / sizes, y)
        found[f'infinity/{name}'] = [line.intercept, line.slope, line.intercept_stderr]
    for name in ['a', 'b', 'c']:
        a, b = [values(f'equivariance/{name}/{side}', [4, 3, 6, 5], 2.0).numpy() for side in 'xy']
        mask = (hashes(f'equivariance/{name}/mask', a.size) >= 2**30).reshape(a.shape)
        found[f'equivariance/{name}'] = [peak_signal_noise_ratio(a[mask], b[mask], data_range=2)]
    return found


def classes(tensors: dict, name: str, x, y) -> dict:
    """Of digits, and of others with classes dealt out in turn: Frechet distances within classes, accuracy and modes of nearest neighbours."""
    stored = f'{name}/realLabels' in tensors
    a = tensors[f'{name}/realLabels'] if stored else numpy.arange(len(x)) % 3
    b = tensors[f'{name}/generatedLabels'] if stored else numpy.arange(len(y)) % 3
    labels = numpy.unique(a)
    each = [frechet(x[a == label], y[b == label])['frechet'][0] for label in labels]
    model = neighbors.KNeighborsClassifier(1, algorithm='brute').fit(y, b)
    predicted = model.predict(x)
    counts, real = [numpy.bincount(z, minlength=len(labels)) for z in (predicted, a)]
    return {
        'intraClass': each,
        'predicted': predicted,
        'accuracy': [metrics.accuracy_score(a, predicted)],
        'accuracies': metrics.recall_score(a, predicted, average=None),
        'modesReverseKl': [stats.entropy(counts, real)],
    }


def images(x, y) -> dict:
    """MS-SSIM of pairs, and the sliced Wasserstein distance with hashed places and directions."""
    levels = list(zip(pyramid(x), pyramid(y)))
    return {
        'similarity': [similarity(a, b) for a, b in zip(x, y)],
        'pyramidNorms': [numpy.linalg.norm(a) for a, _ in levels],
        'sliced': [sliced(a, b, i) for i, (a, b) in enumerate(levels)],
    }


def similarity(a, b) -> float:
    """MS-SSIM of two images by SciPy's filters; scikit-image's SSIM agrees at every scale. (torchmetrics mirrors borders at the last one.)"""
    scales = sum(min(a.shape[1:]) // 2**i >= 11 for i in range(5))
    betas = numpy.array(BETAS[:scales]) / sum(BETAS[:scales])
    c1, c2 = 0.02**2, 0.06**2

    def smooth(z):
        filtered = [ndimage.gaussian_filter(plane, 1.5, truncate=3.5) for plane in z]
        return numpy.stack(filtered)[:, 5:-5, 5:-5]

    value = 1.0
    for scale, beta in enumerate(betas):
        if scale > 0:
            a, b = [block_reduce(z[:, : z.shape[1] // 2 * 2, : z.shape[2] // 2 * 2], (1, 2, 2), numpy.mean) for z in (a, b)]
        ma, mb = smooth(a), smooth(b)
        contrast = (2 * (smooth(a * b) - ma * mb) + c2) / (smooth(a * a) - ma**2 + smooth(b * b) - mb**2 + c2)
        whole = contrast * (2 * ma * mb + c1) / (ma**2 + mb**2 + c1)
        options = {'data_range': 2, 'gaussian_weights': True, 'sigma': 1.5, 'use_sample_covariance': False}
        assert numpy.isclose(whole.mean(), structural_similarity(a, b, channel_axis=0, **options), rtol=1e-10)
        value *= max(0, (whole if scale == scales - 1 else contrast).mean()) ** beta
    return value


def pyramid(x) -> list:
    kernel = numpy.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1])[None, None] / 256
    levels = []
    while all(side % 2 == 0 and side >= 32 for side in x.shape[2:]):
        smaller = ndimage.convolve(x, kernel, mode='mirror')[:, :, ::2, ::2]
        spread = numpy.zeros_like(x)
        spread[:, :, ::2, ::2] = smaller
        levels.append(x - ndimage.convolve(spread, kernel * 4, mode='mirror'))
        x = smaller
    return [*levels, x]


def sliced(a, b, level: int) -> float:
    count, channels, height, width = a.shape
    patches, directions = 6, 9
    places = hashes(f'places/{level}', count * patches * 2).reshape(-1, 2)
    places = places % numpy.array([height - 6, width - 6], dtype=numpy.uint32)
    rays = values(f'rays/{level}', [directions, channels * 49], 2.0).numpy()
    descriptors = []
    for z in (a, b):
        cut = [z[i // patches, :, y : y + 7, x : x + 7] for i, (y, x) in enumerate(places)]
        cut = numpy.stack(cut)
        cut = (cut - cut.mean(axis=(0, 2, 3), keepdims=True)) / cut.std(axis=(0, 2, 3), keepdims=True)
        descriptors.append(cut.reshape(len(cut), -1))
    p, q = [d @ rays.T for d in descriptors]
    return numpy.mean([stats.wasserstein_distance(p[:, i], q[:, i]) for i in range(directions)])
