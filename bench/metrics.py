"""The Python half of bench/metrics.ts: the same tasks as torch-fidelity does them, by PyTorch, NumPy and SciPy.

Features in batches of 64 under `inference_mode`; covariances by numpy.cov and the trace by scipy.linalg.sqrtm of the product; kernel
distances by NumPy on random subsets; precision and recall by torch.cdist and kthvalue in batches of 10,000 rows. One thread; processor seconds.

`python bench/metrics.py FOLDER ROUNDS [task...]` reads what bench/metrics.ts wrote there, and prints a line of JSON a task.
"""

import json
import sys
import time
from pathlib import Path

import numpy
import torch
from safetensors.torch import load_file
from scipy import linalg

sys.path.insert(0, str(Path(__file__).parent.parent / 'reference'))
import inception  # noqa: E402

BATCH = 64


def read(folder: Path, name: str, *shape: int) -> numpy.ndarray:
    return numpy.fromfile(folder / name, dtype=numpy.float32).reshape(-1, *shape)


def classifier() -> torch.nn.Module:
    """The shipped classifier up to its features, with the weights of its file."""

    def block(channels: int, units: int, kernel: int, stride: int):
        return [
            torch.nn.Conv2d(channels, units, kernel, stride, 1, bias=False),
            torch.nn.BatchNorm2d(units),
            torch.nn.LeakyReLU(0.2),
        ]

    layers = [*block(1, 24, 4, 2), *block(24, 48, 4, 2), *block(48, 48, 3, 1), *block(48, 48, 4, 2), torch.nn.Flatten()]
    layers += [torch.nn.Linear(432, 64, bias=False), torch.nn.BatchNorm1d(64), torch.nn.LeakyReLU(0.2)]
    model = torch.nn.Sequential(*layers).eval()
    stored = load_file(Path(__file__).parent.parent / 'src/features/classifiers/mnist.safetensors')
    blocks = [('down1/conv', 'down1/norm'), ('down2/conv', 'down2/norm'), ('mix/conv', 'mix/norm'), ('down3/conv', 'down3/norm')]
    for at, (weights, norm) in zip([0, 3, 6, 9, 13], [*blocks, ('hidden', 'norm')]):
        model[at].weight.data = stored[f'C/{weights}/weight']
        model[at + 1].weight.data, model[at + 1].bias.data = stored[f'C/{norm}/weight'], stored[f'C/{norm}/bias']
        model[at + 1].running_mean, model[at + 1].running_var = stored[f'C/{norm}/mean'], stored[f'C/{norm}/variance']
    return model


def features_of(model, images: torch.Tensor) -> float:
    with torch.inference_mode():
        return torch.cat([model(part) for part in images.split(BATCH)]).double().mean().item()


def moments(x):
    return numpy.mean(x, axis=0), numpy.cov(x, rowvar=False)


def frechet(a, b) -> float:
    (m, s), (n, t) = a, b
    return float(((m - n) ** 2).sum() + numpy.trace(s) + numpy.trace(t) - 2 * numpy.trace(linalg.sqrtm(s @ t).real))


def kernel_distance(x, y, subsets=100, size=1000) -> float:
    random = numpy.random.RandomState(0)

    def kernel(a, b):
        return (a @ b.T / a.shape[1] + 1) ** 3

    def estimate(a, b):
        aa, bb = kernel(a, a), kernel(b, b)
        within = (aa.sum() - numpy.diagonal(aa).sum() + bb.sum() - numpy.diagonal(bb).sum()) / (size * (size - 1))
        return within - 2 * kernel(a, b).sum() / size**2

    def draw(z):
        return z[random.choice(len(z), size, replace=False)]

    return float(numpy.mean([estimate(draw(x), draw(y)) for _ in range(subsets)]))


def precision_recall(x, y, k=3) -> float:
    def parts(a, b):
        return [torch.cdist(part, b) for part in a.split(10_000)]

    def radii(a):
        return torch.cat([part.kthvalue(k + 1, dim=1).values for part in parts(a, a)])

    between = torch.cat(parts(y, x))
    precision = (between <= radii(x)[None, :]).any(dim=1).double().mean()
    recall = (between <= radii(y)[:, None]).any(dim=0).double().mean()
    return (precision + recall).item() / 2


def tasks(folder: Path) -> dict:
    """What is timed, by name; what prepares it is not."""
    wide = [read(folder, name, 2048).astype(numpy.float64) for name in 'xy']
    narrow = [read(folder, name, 64) for name in ('real', 'generated')]
    statistics = [moments(z) for z in wide]
    doubles = [z.astype(numpy.float64) for z in narrow]
    tensors = [torch.from_numpy(z) for z in narrow]
    digits, model = torch.from_numpy(read(folder, 'digits', 1, 28, 28)), classifier()
    pictures, weights = torch.from_numpy(read(folder, 'pictures', 3, 299, 299)), inception.Weights(torch.float32)
    drawn: dict = {}

    def network(part):
        # Bytes, as the network of the reference takes them.
        return inception.forward(drawn['weights'], (part + 1) * 127.5)['features']

    def prepare():
        drawn['weights'] = weights
        with torch.inference_mode():
            network(pictures[:1])

    return {
        'features of digits': (lambda: None, lambda: features_of(model, digits)),
        'features by Inception': (prepare, lambda: features_of(network, pictures)),
        'moments': (lambda: None, lambda: float(moments(wide[0])[1].trace())),
        'Frechet distance': (lambda: None, lambda: frechet(*statistics)),
        'kernel distance': (lambda: None, lambda: kernel_distance(*doubles)),
        'precision and recall': (lambda: None, lambda: precision_recall(*tensors)),
    }


def main(folder: Path, rounds: int, names: list[str]):
    torch.set_num_threads(1)
    for name, (prepare, run) in tasks(folder).items():
        if names and name not in names:
            continue
        prepare()
        seconds = []
        for _ in range(rounds):
            start = time.process_time()
            value = run()
            seconds.append(time.process_time() - start)
        print(json.dumps({'name': name, 'seconds': seconds, 'value': value}), flush=True)


if __name__ == '__main__':
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
