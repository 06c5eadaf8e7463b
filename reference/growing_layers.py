"""Fixture `growing-layers`: single layers of ProGAN and StyleGAN, in the layout of the fixture `layers`."""

import math

import torch
from torch.nn import functional as F

from fixture import save
from growing_style import blurred
from layer_cases import Cases


def make():
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(43)
    cases = Cases()
    weight = torch.randn(4, 3, 3, 3)
    nearest = lambda x: F.interpolate(x, scale_factor=2, mode='nearest')
    # The kernel after enlarging is that of a convolution proper.
    larger = lambda x, p: F.conv2d(nearest(x), p['weight'].flip(2, 3), padding=1)
    smaller = lambda x, p: F.avg_pool2d(F.conv2d(x, p['weight'], padding=1), 2)
    cases.add('larger', larger, torch.randn(2, 3, 4, 5), {'weight': weight}, kind='larger')
    cases.add('smaller', smaller, torch.randn(2, 3, 6, 4), {'weight': weight}, kind='smaller')
    cases.add('blur', lambda x, p: blurred(x), torch.randn(1, 2, 5, 4), kind='blur')
    instance(cases)
    save('growing-layers', cases.tensors, {'cases': cases.settings})


def instance(cases: Cases):
    """Adaptive instance normalisation, arXiv:1812.04948 equation 1, by a style of w; the scale is 1 + style."""
    w = torch.randn(3, 6)

    def run(x, p):
        style = w @ (p['style/weight'] / math.sqrt(6)).T + p['style/bias']
        scale, shift = style[:, :2, None, None], style[:, 2:, None, None]
        mean, variance = x.mean(dim=(2, 3), keepdim=True), x.var(dim=(2, 3), keepdim=True, unbiased=False)
        return (x - mean) / torch.sqrt(variance + 1e-8) * (1 + scale) + shift

    params = {'style/weight': torch.randn(4, 6), 'style/bias': torch.randn(4)}
    cases.add('adaptive-instance', run, torch.randn(3, 2, 4, 5), params, kind='instance', w=w.flatten().tolist())
