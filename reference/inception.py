"""Fixture `inception`: the network of FID, every layer, in float64 with hash weights.

Written from the architecture (arXiv:1512.00567) and the names of the published PyTorch state_dict. Branches are tables:
(name, channels, kernel, stride). Padding keeps the size where the stride is 1 and the table does not say 'valid'.

`python reference/inception.py FILE.pth [legacy]` writes the whole state_dict with hash weights, in the format of the
published file: as `torch.save` wrote it up to PyTorch 1.5 with `legacy`, else as it does today.
"""

import math
import sys
from collections import OrderedDict

import numpy
import torch
import torch.nn.functional as F

import hashing
from fixture import save

ROWS = 8  # sign projections of a layer
EPSILON = 1e-3
# Scale and offset of hash values by the end of a tensor's name; 'he' is a standard deviation of sqrt(2 / fan in).
DRAWS = {
    'conv.weight': ['he', 0],
    'bn.weight': [0.4, 1],
    'bn.bias': [0.4, 0.1],
    'bn.running_mean': [0.4, 0],
    'bn.running_var': [0.4, 1],
    'fc.weight': ['he', 0],
    'fc.bias': [0.4, 0],
}

A = lambda pooled: [
    [('branch1x1', 64, 1)],
    [('branch5x5_1', 48, 1), ('branch5x5_2', 64, 5)],
    [('branch3x3dbl_1', 64, 1), ('branch3x3dbl_2', 96, 3), ('branch3x3dbl_3', 96, 3)],
    ['mean', ('branch_pool', pooled, 1)],
]
B = [
    [('branch3x3', 384, 3, 2)],
    [('branch3x3dbl_1', 64, 1), ('branch3x3dbl_2', 96, 3), ('branch3x3dbl_3', 96, 3, 2)],
    ['halve'],
]
C = lambda c: [
    [('branch1x1', 192, 1)],
    [('branch7x7_1', c, 1), ('branch7x7_2', c, (1, 7)), ('branch7x7_3', 192, (7, 1))],
    [
        ('branch7x7dbl_1', c, 1),
        ('branch7x7dbl_2', c, (7, 1)),
        ('branch7x7dbl_3', c, (1, 7)),
        ('branch7x7dbl_4', c, (7, 1)),
        ('branch7x7dbl_5', 192, (1, 7)),
    ],
    ['mean', ('branch_pool', 192, 1)],
]
D = [
    [('branch3x3_1', 192, 1), ('branch3x3_2', 320, 3, 2)],
    [
        ('branch7x7x3_1', 192, 1),
        ('branch7x7x3_2', 192, (1, 7)),
        ('branch7x7x3_3', 192, (7, 1)),
        ('branch7x7x3_4', 192, 3, 2),
    ],
    ['halve'],
]
E = lambda pool: [
    [('branch1x1', 320, 1)],
    [('branch3x3_1', 384, 1), {'branch3x3_2a': (384, (1, 3)), 'branch3x3_2b': (384, (3, 1))}],
    [
        ('branch3x3dbl_1', 448, 1),
        ('branch3x3dbl_2', 384, 3),
        {'branch3x3dbl_3a': (384, (1, 3)), 'branch3x3dbl_3b': (384, (3, 1))},
    ],
    [pool, ('branch_pool', 192, 1)],
]
LAYERS = [
    ('Conv2d_1a_3x3', 32, 3, 2),
    ('Conv2d_2a_3x3', 32, 3, 1, 'valid'),
    ('Conv2d_2b_3x3', 64, 3),
    ('MaxPool_1', 'halve'),
    ('Conv2d_3b_1x1', 80, 1),
    ('Conv2d_4a_3x3', 192, 3, 1, 'valid'),
    ('MaxPool_2', 'halve'),
    ('Mixed_5b', A(32)),
    ('Mixed_5c', A(64)),
    ('Mixed_5d', A(64)),
    ('Mixed_6a', B),
    ('Mixed_6b', C(128)),
    ('Mixed_6c', C(160)),
    ('Mixed_6d', C(160)),
    ('Mixed_6e', C(192)),
    ('Mixed_7a', D),
    ('Mixed_7b', E('mean')),
    ('Mixed_7c', E('max')),
]


class Weights:
    """Hash weights, drawn when first asked for; `shapes` is what a state_dict would hold."""

    def __init__(self, dtype=torch.float64):
        self.dtype, self.drawn = dtype, OrderedDict()

    def get(self, name: str, *shape: int) -> torch.Tensor:
        if name not in self.drawn:
            scale, offset = next(draw for end, draw in DRAWS.items() if name.endswith(end))
            if scale == 'he':
                scale = math.sqrt(24 / math.prod(shape[1:]))
            self.drawn[name] = hashing.values(f'inception/{name}', shape, scale, offset).float()
        return self.drawn[name].to(self.dtype)


def unit(weights: Weights, name: str, x, channels: int, kernel, stride: int = 1, padding: str = 'same'):
    rows, columns = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    weight = weights.get(f'{name}.conv.weight', channels, x.shape[1], rows, columns)
    around = (rows // 2, columns // 2) if stride == 1 and padding == 'same' else 0
    x = F.conv2d(x, weight, stride=stride, padding=around)
    gain, bias, mean, variance = (
        weights.get(f'{name}.bn.{part}', channels) for part in ('weight', 'bias', 'running_mean', 'running_var')
    )
    return F.relu(F.batch_norm(x, mean, variance, gain, bias, training=False, eps=EPSILON))


def pool(kind: str, x):
    if kind == 'halve':
        return F.max_pool2d(x, 3, 2)
    if kind == 'max':
        return F.max_pool2d(x, 3, 1, 1)
    return F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)


def branch(weights: Weights, block: str, x, steps: list):
    for step in steps:
        if isinstance(step, str):
            x = pool(step, x)
        elif isinstance(step, dict):
            x = torch.cat([unit(weights, f'{block}.{name}', x, *spec) for name, spec in step.items()], 1)
        else:
            x = unit(weights, f'{block}.{step[0]}', x, *step[1:])
    return x


def forward(weights: Weights, images) -> dict[str, torch.Tensor]:
    """From bytes [B, 3, 299, 299] to every layer's output, features and logits."""
    x, results = (images.to(weights.dtype) - 128) / 128, {}
    for name, *spec in LAYERS:
        if isinstance(spec[0], list):
            x = torch.cat([branch(weights, name, x, steps) for steps in spec[0]], 1)
        elif isinstance(spec[0], str):
            x = pool(spec[0], x)
        else:
            x = unit(weights, name, x, *spec)
        results[name] = x
    results['features'] = features = x.mean((2, 3))
    results['logits_unbiased'] = features @ weights.get('fc.weight', 1008, 2048).T
    results['logits'] = results['logits_unbiased'] + weights.get('fc.bias', 1008)
    return results


def images() -> numpy.ndarray:
    """Bytes [2, 3, 299, 299]: one of noise, one of squares of eight by eight pixels."""
    noise = hashing.hashes('inception/noise', 3 * 299 * 299) >> numpy.uint32(24)
    cells = (hashing.hashes('inception/cells', 3 * 38 * 38) >> numpy.uint32(24)).reshape(3, 38, 38)
    squares = cells.repeat(8, axis=1).repeat(8, axis=2)[:, :299, :299]
    return numpy.stack([noise.reshape(3, 299, 299), squares]).astype(numpy.uint8)


def make():
    weights = Weights()
    with torch.no_grad():
        results = forward(weights, torch.from_numpy(images()))
        single = forward(Weights(torch.float32), torch.from_numpy(images()))
    tensors, layers, error = {}, [], {}
    for name, value in results.items():
        error[name] = float((single[name].double() - value).norm() / value.norm())
        if name in ('features', 'logits', 'logits_unbiased'):
            tensors[name] = value
            continue
        layers.append(name)
        tensors[f'norm/{name}'] = [float(image.norm()) for image in value]
        rows = [[project(f'{name}#{row}', image) for row in range(ROWS)] for image in value]
        tensors[f'projection/{name}'] = rows
    save(
        'inception',
        tensors,
        {
            'layers': layers,
            'rows': ROWS,
            'draws': DRAWS,
            'shapes': {name: list(value.shape) for name, value in weights.drawn.items()},
            'errorOfFloat32': error,
        },
    )


def project(name: str, value: torch.Tensor) -> float:
    flat = value.flatten().numpy()
    return float(hashing.signs(name, flat.size) @ flat)


def write(path: str, legacy: bool):
    """The state_dict as a module of the published architecture has it."""
    weights = Weights()
    with torch.no_grad():
        forward(weights, torch.zeros(1, 3, 299, 299))
    torch.save(weights.drawn, path, _use_new_zipfile_serialization=not legacy)


if __name__ == '__main__':
    write(sys.argv[1], 'legacy' in sys.argv)
