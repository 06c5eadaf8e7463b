"""Fixture `style`: output and gradients of the layers that StyleGAN2 is made of, in the layout of the fixture `layers`.

Resampling convolutions are written the long way round, zeros inserted and every filter applied at the larger size.
"""

import math

import torch
from torch.nn import functional as F

from fixture import save
from layer_cases import Cases
from upfirdn import upfirdn2d

TAPS = torch.tensor([1.0, 3.0, 3.0, 1.0], dtype=torch.float64)
FILTER = torch.outer(TAPS, TAPS) / 64


def make():
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(29)
    cases = Cases()
    equalized(cases)
    resampling(cases)
    mapping(cases)
    save('style', cases.tensors, {'cases': cases.settings})


def lrelu(x):
    return F.leaky_relu(x, 0.2) * math.sqrt(2)


def normalise(x):
    return x / torch.sqrt(x.square().mean(dim=1, keepdim=True) + 1e-8)


def equalized(cases: Cases):
    """arXiv:1710.10196 section 4.1: weights are multiplied by gain / sqrt(fan in) at run time."""
    cases.add(
        'equalized-dense',
        lambda x, p: x @ (p['weight'] * 1.5 * 0.01 / math.sqrt(7)).T + p['bias'] * 0.01,
        torch.randn(3, 7),
        {'weight': torch.randn(5, 7) * 100, 'bias': torch.randn(5) * 100},
        kind='dense',
        gain=1.5,
        lrMultiplier=0.01,
        outputGain=1,
    )
    cases.add(
        'equalized-conv',
        lambda x, p: F.conv2d(x, p['weight'] / math.sqrt(3 * 9), p['bias'], padding=1) * 1.25,
        torch.randn(2, 3, 5, 4),
        {'weight': torch.randn(4, 3, 3, 3), 'bias': torch.randn(4)},
        kind='conv',
        gain=1,
        lrMultiplier=1,
        outputGain=1.25,
    )


def resampling(cases: Cases):
    def add(name, function, shape, kernel=None, **settings):
        params = {} if kernel is None else {'weight': torch.randn(4, 3, kernel, kernel)}
        cases.add(name, function, torch.randn(*shape), params, **settings)

    add('upsample', lambda x, p: upfirdn2d(x, FILTER * 4, 2, 1, [2, 1]), [2, 3, 4, 5], kind='upsample')
    add('downsample', lambda x, p: upfirdn2d(x, FILTER, 1, 2, [1, 1]), [2, 3, 6, 8], kind='downsample')
    add('blur', lambda x, p: upfirdn2d(x, FILTER, 1, 1, [2, 1]), [1, 2, 5, 4], kind='blur')
    for kernel in [1, 3]:
        half = kernel // 2
        add(
            f'conv-up-{kernel}',
            lambda x, p, half=half: up(x, p['weight'], half),
            [2, 3, 4, 5],
            kernel,
            kind='convUp',
        )
        add(
            f'conv-down-{kernel}',
            lambda x, p, half=half: F.conv2d(
                upfirdn2d(x, FILTER, 1, 1, [1 + half, 1 + half]), p['weight'], stride=2
            ),
            [2, 3, 6, 8],
            kernel,
            kind='convDown',
        )


def up(x, weight, half):
    """Filter at twice the size, with room for the convolution, which is a true one: the kernel is flipped."""
    filtered = upfirdn2d(x, FILTER * 4, 2, 1, [2 + half, 1 + half])
    return F.conv2d(filtered, weight.flip(2, 3))


def mapping(cases: Cases):
    """Two layers with a learning rate of 0.01; w's mean moves by 0.005 of the way."""
    z, label = torch.randn(4, 6), [2, 0, 1, 2]

    def layers(x, p):
        for layer in ['fc1', 'fc2']:
            weight = p[f'{layer}/weight'] * 0.01 / math.sqrt(x.shape[1])
            x = lrelu(x @ weight.T + p[f'{layer}/bias'] * 0.01)
        return x

    def of_class(p):
        rows = F.one_hot(torch.tensor(label), 3).double()
        return normalise(rows @ p['class/weight'] / math.sqrt(3) + p['class/bias'])

    for name, classes in [('mapping', 0), ('mapping-classes', 3)]:
        inputs = 6 + (5 if classes else 0)
        params = {
            'fc1/weight': torch.randn(5, inputs) * 100,
            'fc1/bias': torch.randn(5) * 30,
            'fc2/weight': torch.randn(5, 5) * 100,
            'fc2/bias': torch.randn(5) * 30,
        }
        if classes:
            params |= {'class/weight': torch.randn(3, 5), 'class/bias': torch.randn(5)}

        def run(x, p, classes=classes):
            x = normalise(x)
            return layers(torch.cat([x, of_class(p)], dim=1) if classes else x, p)

        before = torch.randn(5)
        after = 0.995 * before + 0.005 * run(z, params).mean(dim=0)
        cases.add(
            name,
            run,
            z,
            params,
            {'w/mean': before},
            {'w/mean': after},
            kind='mapping',
            classes=classes,
            label=label,
        )
